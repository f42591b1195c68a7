// Members that end at any moment and start again on what their disk holds.
#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/common/test_seed.h"
#include "tests/replica/hand_member.h"

using namespace quorate;
using namespace quorate::replica;
using namespace quorate::replica::testing;

TEST_CASE("what the file holds is not applied again, what only the log holds is") {
  HandMember member;
  member.run();
  (void)member.put("a", "1");
  (void)member.put("b", "2");
  member.run();
  (void)member.put("a", "3");
  (void)member.put("c", "4");
  member.run_without_table();
  REQUIRE(member.table.rows.size() == 2);
  const auto state = member.read_all();
  member.restart();
  member.run();
  CHECK(member.read_all() == state);
  CHECK(member.read_all() == "a=3@4 b=2@3 c=4@5");
  CHECK(member.table.rows.size() == 4);
  CHECK(member.table.rows.at(RowNumber{3})->version() == 2);
}

TEST_CASE("a start with nothing but the log, and one with everything in the file") {
  HandMember member;
  member.run();
  for (int i = 0; i < 10; ++i) (void)member.put("k", std::to_string(i));
  member.run();
  SUBCASE("nothing") {
    member.table.rows.clear();
    member.table.areas.clear();
    member.table.applied = {};
  }
  SUBCASE("everything") {}
  SUBCASE("everything, and the log cut") {
    member.log.disk.release(member.table.applied);
  }
  for (int times = 0; times < 3; ++times) {
    member.restart();
    member.run();
    CHECK(member.is_ready);
    CHECK(member.read_all() == "k=9@11");
    CHECK(member.table.rows.size() == 10);
  }
}

TEST_CASE("a command that was not durable is gone after a crash, and was never answered") {
  HandMember member;
  member.run();
  const auto answer = member.put("k", "v");
  member.flush();
  REQUIRE(member.log.waiting.size() == 1);
  member.restart();
  member.run();
  CHECK(answer->times == 0);
  CHECK(member.read_all().empty());
}

TEST_CASE("random crashes: what was answered is there, at the revision it was given") {
  for (const auto seed : test_seeds(30)) {
    CAPTURE(seed);
    Rng rng{seed};
    HandMember::Options options = HandMember{}.options;
    options.config.cache_bytes_max = rng.chance(1, 2) ? 0 : 1 << 20;
    HandMember member{options};
    member.run();
    std::vector<std::pair<std::string, AnswerPtr>> puts;
    for (int step = 0; step < 400; ++step) {
      switch (rng.below(8)) {
        case 0:
        case 1: {
          const std::string key = "k" + std::to_string(puts.size());
          puts.emplace_back(key, member.put(key, key));
          break;
        }
        case 2:
          member.flush();
          break;
        case 3:
        case 4:
          if (!member.log.waiting.empty()) member.log.sync_one();
          break;
        case 5:
          if (!member.table.writes.empty()) member.table.write_one();
          break;
        case 6:
          if (!member.tasks.waiting.empty()) member.tasks.run_one();
          break;
        default:
          if (rng.chance(1, 5)) {
            if (rng.chance(1, 2)) member.log.disk.release(member.log.released);
            member.restart();
          }
      }
    }
    member.run();
    const std::string state = " " + member.read_all() + " ";
    std::size_t answered = 0;
    for (const auto& [key, answer] : puts) {
      if (!answer->is_there() || !answer->result->has_value()) continue;
      ++answered;
      CHECK(state.find(" " + key + "=" + key + "@" + std::to_string(answer->revision()) + " ") !=
            std::string::npos);
    }
    CHECK(answered > 10);
  }
}
