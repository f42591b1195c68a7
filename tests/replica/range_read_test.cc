#include "server/replica/range_read.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/replica/hand_member.h"

using namespace quorate;
using namespace quorate::replica;
using namespace quorate::replica::testing;

namespace {

// A member with keys "000" and on in its file, none of them in memory.
struct Fixture {
  explicit Fixture(int keys) : member{options()} {
    member.run();
    for (int i = 0; i < keys; ++i) (void)member.put(key(i), "v");
    member.run();
  }
  static HandMember::Options options() {
    HandMember::Options out = HandMember{}.options;
    out.config.cache_bytes_max = 0;
    return out;
  }
  static std::string key(int number) {
    const std::string digits = std::to_string(number);
    return std::string(5 - digits.size(), '0') + digits;
  }
  std::shared_ptr<RangeRead> begin(RangeQuery query, Taker& taker) {
    auto read = member.replica->make_range_read(std::move(query), taker);
    read->start();
    return read;
  }

  HandMember member;
};

void check_ascending(const Taker& taker, std::size_t count) {
  REQUIRE(taker.keys.size() == count);
  for (std::size_t i = 0; i < count; ++i) CHECK(taker.keys[i] == Fixture::key(static_cast<int>(i)));
}

}  // namespace

TEST_CASE("a long range comes in slices, one a turn, a few of them ahead") {
  Fixture f{3500};
  Taker taker;
  const auto read = f.begin(everything(), taker);
  CHECK(taker.begun == "3501/3501");
  CHECK(f.member.table.reads.size() == 1);
  // Its rows may be of any size.
  CHECK(f.member.table.reads[0].numbers.size() == 16);
  while (!f.member.tasks.waiting.empty()) f.member.tasks.run_one();
  CHECK(f.member.table.reads.size() == 1);
  f.member.table.read_one();
  CHECK(taker.keys.size() == 16);
  while (!f.member.tasks.waiting.empty()) f.member.tasks.run_one();
  CHECK(f.member.table.reads.size() == 4);
  CHECK(f.member.table.reads[0].numbers.size() == 1000);
  CHECK(taker.keys.size() == 16);
  f.member.run();
  check_ascending(taker, 3500);
  CHECK(taker.end == "3500");
}

TEST_CASE("slices that arrive in another order are delivered in their own") {
  Fixture f{2500};
  Taker taker;
  const auto read = f.begin(everything(), taker);
  f.member.table.read_one();
  while (!f.member.tasks.waiting.empty()) f.member.tasks.run_one();
  REQUIRE(f.member.table.reads.size() == 3);
  std::swap(f.member.table.reads[0], f.member.table.reads[2]);
  f.member.table.read_one();
  CHECK(taker.keys.size() == 16);
  f.member.run();
  check_ascending(taker, 2500);
}

TEST_CASE("a taker that wants no more now gets no more, until it says so") {
  Fixture f{2500};
  Taker taker;
  taker.is_greedy = false;
  const auto read = f.begin(everything(), taker);
  for (const std::size_t keys : {16, 1016, 2016}) {
    f.member.run();
    CHECK(taker.keys.size() == keys);
    CHECK(taker.end.empty());
    read->resume();
  }
  f.member.run();
  check_ascending(taker, 2500);
  read->resume();
  f.member.run();
  CHECK(taker.end == "2500");
}

TEST_CASE("a read sees its revision, whatever is written meanwhile") {
  Fixture f{1500};
  Taker taker;
  const auto read = f.begin(everything(), taker);
  (void)f.member.put(Fixture::key(1400), "changed");
  (void)f.member.put("99999", "new");
  f.member.run();
  check_ascending(taker, 1500);
  for (const auto& value : taker.values) CHECK(value.find("=v@") != std::string::npos);
}

TEST_CASE("a limit cuts the answer, says that there is more, and counts all") {
  Fixture f{2500};
  for (const std::int64_t limit : {1, 999, 1000, 1001, 2499, 2500, 2501}) {
    CAPTURE(limit);
    Taker taker;
    RangeQuery query = everything();
    query.op.limit = limit;
    const auto read = f.begin(std::move(query), taker);
    f.member.run();
    check_ascending(taker, static_cast<std::size_t>(std::min<std::int64_t>(limit, 2500)));
    CHECK(taker.end == (limit < 2500 ? "2500 more" : "2500"));
  }
}

TEST_CASE("an order other than the keys' is arranged whole") {
  Fixture f{1200};
  Taker taker;
  RangeQuery query = everything();
  query.op.target = mvcc::SortTarget::mod;
  query.op.order = mvcc::SortOrder::descend;
  query.op.limit = 3;
  const auto read = f.begin(std::move(query), taker);
  f.member.run();
  CHECK(taker.keys == std::vector<std::string>{"01199", "01198", "01197"});
  CHECK(taker.end == "1200 more");
}

TEST_CASE("nothing comes after a cancel, not even what is under way") {
  Fixture f{2500};
  Taker taker;
  const auto read = f.begin(everything(), taker);
  read->cancel();
  f.member.run();
  CHECK(taker.keys.empty());
  CHECK(taker.end.empty());
}

TEST_CASE("a file that cannot be read fails the range once") {
  Fixture f{2500};
  Taker taker;
  const auto read = f.begin(everything(), taker);
  while (!f.member.tasks.waiting.empty()) f.member.tasks.run_one();
  while (!f.member.table.reads.empty()) {
    auto owed = std::move(f.member.table.reads.front());
    f.member.table.reads.pop_front();
    owed.done(Error{Code::data_loss, "no such page"});
    CHECK(taker.end == "no such page");
    taker.end = "no such page";
  }
  CHECK(taker.keys.empty());
}

TEST_CASE("revisions that cannot be read are refused before anything is fetched") {
  Fixture f{10};
  (void)f.member.compact(5);
  f.member.run();
  const auto ask = [&](std::int64_t revision) {
    Taker taker;
    RangeQuery query = everything();
    query.op.at = Revision{revision};
    const auto read = f.begin(std::move(query), taker);
    f.member.run();
    return taker.end;
  };
  CHECK(ask(4) == "etcdserver: mvcc: required revision has been compacted");
  CHECK(ask(5) == "4");
  CHECK(ask(11) == "10");
  CHECK(ask(12) == "etcdserver: mvcc: required revision is a future revision");
}

TEST_CASE("so many reads of cold rows are under way; the others wait for their turn") {
  Fixture f{40};
  std::vector<Taker> takers(20);
  std::vector<std::shared_ptr<RangeRead>> reads;
  for (Taker& taker : takers) reads.push_back(f.begin(everything(), taker));
  CHECK(f.member.table.reads.size() == 16);
  f.member.table.read_one();
  while (!f.member.tasks.waiting.empty()) f.member.tasks.run_one();
  CHECK(f.member.table.reads.size() == 16);
  f.member.run();
  for (const Taker& taker : takers) check_ascending(taker, 40);
}

TEST_CASE("many large reads of rows in memory leave turns to others") {
  HandMember member;
  member.run();
  constexpr std::size_t kKeys = 10;
  for (std::size_t i = 0; i < kKeys; ++i) {
    (void)member.put(Fixture::key(static_cast<int>(i)), std::string(100'000, 'v'));
  }
  member.run();
  std::vector<Taker> takers(40);
  std::vector<std::shared_ptr<RangeRead>> reads;
  const auto answered = [&] {
    return std::count_if(takers.begin(), takers.end(),
                         [](const Taker& taker) { return !taker.end.empty(); });
  };
  for (Taker& taker : takers) {
    reads.push_back(member.replica->make_range_read(everything(), taker));
    reads.back()->start();
  }
  CHECK(answered() == 16);
  member.tasks.run_one();
  CHECK(answered() == 17);
  member.run();
  for (const Taker& taker : takers) check_ascending(taker, kKeys);
}

TEST_CASE("a read that waits for its turn and is cancelled takes no turn") {
  Fixture f{40};
  std::vector<Taker> takers(18);
  std::vector<std::shared_ptr<RangeRead>> reads;
  for (Taker& taker : takers) reads.push_back(f.begin(everything(), taker));
  reads[16]->cancel();
  f.member.run();
  CHECK(takers[16].keys.empty());
  check_ascending(takers[17], 40);
}

TEST_CASE("a dense range taken whole is gathered in the file's order and delivered in the keys'") {
  Fixture f{0};
  constexpr int kKeys = 20'000;
  for (int i = 0; i < kKeys; ++i) (void)f.member.put(Fixture::key(i * 7919 % kKeys), "v");
  f.member.run();
  Taker taker;
  RangeQuery query = everything();
  query.is_taken_whole = true;
  const auto read = f.begin(std::move(query), taker);
  CHECK(f.member.table.reads.empty());
  f.member.run();
  CHECK(f.member.table.reads.empty());
  check_ascending(taker, kKeys);
  CHECK(taker.end == "20000");
}
