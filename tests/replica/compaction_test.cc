#include "server/replica/compaction.h"

#include <doctest/doctest.h>

#include "server/replica/conf_state_json.h"
#include "tests/replica/hand_member.h"

using namespace quorate;
using namespace quorate::replica;
using namespace quorate::replica::testing;

namespace {

HandMember::Options without_cache() {
  HandMember::Options out = HandMember{}.options;
  out.config.cache_bytes_max = 0;
  return out;
}

std::int64_t finished(const HandMember& member) {
  const auto found = member.table.areas.find({Area::meta, "finishedCompactRev"});
  return found == member.table.areas.end() ? -1 : decode_revision(found->second)->value();
}

void put_versions(HandMember& member, std::string_view key, int count) {
  for (int i = 0; i < count; ++i) (void)member.put(key, std::to_string(i));
  member.run();
}

}  // namespace

TEST_CASE("a compaction drops what nobody can read any more, and says when the file has lost it") {
  HandMember member{without_cache()};
  member.run();
  put_versions(member, "k", 10);
  bool is_gone = false;
  (void)member.compact(8);
  member.replica->when_compacted([&] { is_gone = true; });
  member.run_without_table();
  CHECK(member.table.rows.size() == 10);
  CHECK_FALSE(is_gone);
  member.run();
  CHECK(is_gone);
  CHECK(member.table.rows.size() == 4);  // revisions 8 to 11
  CHECK(member.table.rows.begin()->second->mod_revision() == Revision{8});
  CHECK(finished(member) == 8);
  CHECK(member.replica->counters().rows_compacted == 6);
}

TEST_CASE("rows stay in the file for as long as a read that began before may want them") {
  HandMember member{without_cache()};
  member.run();
  put_versions(member, "a", 1500);
  for (int i = 0; i < 1500; ++i) (void)member.put("b" + std::to_string(i), "v");
  member.run();
  Taker taker;
  taker.is_greedy = false;
  RangeQuery query = everything();
  query.op.at = Revision{1000};
  const auto read = member.replica->make_range_read(std::move(query), taker);
  RangeQuery newest = everything();
  Taker slow;
  slow.is_greedy = false;
  const auto slow_read = member.replica->make_range_read(std::move(newest), slow);
  read->start();
  slow_read->start();
  (void)member.compact(2500);
  member.run();
  CHECK(taker.values == std::vector<std::string>{"a=998@1000"});
  CHECK(member.table.rows.size() == 3000);  // the slow read has not ended
  CHECK(finished(member) == -1);

  Taker late;
  RangeQuery old = everything();
  old.op.at = Revision{1000};
  member.replica->make_range_read(std::move(old), late)->start();
  CHECK(late.end == "etcdserver: mvcc: required revision has been compacted");

  while (slow.end.empty()) {
    slow_read->resume();
    member.run();
  }
  read->resume();
  member.run();
  CHECK(slow.keys.size() == 1501);
  CHECK(member.table.rows.size() == 1501);
  CHECK(finished(member) == 2500);
}

TEST_CASE("a read that ends early lets go of what it held") {
  HandMember member{without_cache()};
  member.run();
  put_versions(member, "k", 5);
  Taker taker;
  {
    const auto read = member.replica->make_range_read(everything(), taker);
    read->start();
    (void)member.compact(6);
    member.run_without_table();
    CHECK(finished(member) == -1);
    read->cancel();
    while (!member.table.reads.empty()) member.table.read_one();
  }
  member.run();
  CHECK(finished(member) == 6);
  CHECK(member.table.rows.size() == 1);
}

TEST_CASE("compactions that come meanwhile are walked as one, and all who wait are told") {
  HandMember member;
  member.run();
  put_versions(member, "k", 20);
  int told = 0;
  for (const std::int64_t revision : {5, 10, 15}) {
    (void)member.compact(revision);
    member.flush();
    member.log.sync_one();
    member.replica->when_compacted([&] { ++told; });
  }
  member.run();
  CHECK(told == 3);
  CHECK(finished(member) == 15);
  CHECK(member.table.rows.size() == 7);
}

TEST_CASE("a compaction that a crash cut off goes on after the start") {
  HandMember member;
  member.run();
  put_versions(member, "k", 10);
  (void)member.compact(8);
  member.flush();
  member.log.sync_one();
  member.tick();  // that it was asked for gets into the file
  while (!member.table.writes.empty()) member.table.write_one();
  REQUIRE(member.table.rows.size() == 10);
  REQUIRE(finished(member) == -1);
  member.restart();
  CHECK(member.replica->table().compacted() == Revision{8});
  member.run();
  CHECK(member.table.rows.size() == 4);
  CHECK(finished(member) == 8);
  CHECK(member.read_all() == "k=9@11");
}
