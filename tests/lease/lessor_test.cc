#include "server/lease/lessor.h"

#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/common/fake_clock.h"

using quorate::FakeClock;
using quorate::LeaseId;
using quorate::lease::Lessor;
using quorate::lease::Record;

namespace {

using namespace std::chrono_literals;
using Ids = std::vector<LeaseId>;

}  // namespace

TEST_CASE("a hundred thousand leases that end together are revoked within a second") {
  constexpr std::int64_t kLeases = 100'000;
  FakeClock clock;
  Lessor lessor{2, {.revokes_in_flight_max = 500}};
  lessor.timekeeper().promote(clock.now(), 0ms);
  for (std::int64_t id = 1; id <= kLeases; ++id) {
    REQUIRE(lessor.grant(LeaseId{id}, 10, clock.now()).has_value());
  }
  clock.advance(5s);
  for (std::int64_t id = 1; id <= kLeases; ++id) {
    REQUIRE(lessor.timekeeper().renew(LeaseId{id}, clock.now()).ttl == 10);
  }
  clock.advance(10s);
  std::int64_t revoked = 0;
  int turns = 0;
  while (lessor.book().size() > 0 && turns < 1000) {
    const auto due = lessor.timekeeper().poll(clock.now(), 1000);
    REQUIRE(due.revokes.size() <= 500);
    for (const LeaseId id : due.revokes) {
      REQUIRE(id == LeaseId{++revoked});
      REQUIRE(lessor.revoke(id).has_value());
    }
    ++turns;
    clock.advance(2ms);  // an entry's way through a slow disk
  }
  CHECK(revoked == kLeases);
  CHECK(turns <= 500);
}

TEST_CASE("members that do not lead list leases by id") {
  FakeClock clock;
  Lessor lessor{2};
  for (const std::int64_t id : {5, -4, 9}) {
    REQUIRE(lessor.grant(LeaseId{id}, 100 - id, clock.now()).has_value());
  }
  CHECK(lessor.list() == Ids{LeaseId{-4}, LeaseId{5}, LeaseId{9}});
  lessor.timekeeper().promote(clock.now(), 0ms);
  CHECK(lessor.list() == Ids{LeaseId{9}, LeaseId{5}, LeaseId{-4}});
}

TEST_CASE("a restarted member goes on with what is left") {
  FakeClock clock;
  Lessor lessor{2};
  lessor.restore(Record{LeaseId{1}, 1000, 40});
  lessor.restore_key(LeaseId{1}, "k");
  lessor.timekeeper().promote(clock.now(), 1s);
  CHECK(lessor.timekeeper().remaining(LeaseId{1}, clock.now()) == 41);
  CHECK(lessor.book().lease_of("k") == LeaseId{1});
  lessor.timekeeper().demote();
  lessor.clear();
  CHECK(lessor.list().empty());
}

TEST_CASE("a dump says how much there is") {
  FakeClock clock;
  Lessor lessor{2};
  REQUIRE(lessor.grant(LeaseId{1}, 10, clock.now()).has_value());
  lessor.attachments().attach(LeaseId{1}, "k");
  lessor.timekeeper().promote(clock.now(), 0ms);
  clock.advance(10s);
  CHECK(lessor.timekeeper().poll(clock.now(), 10).revokes.size() == 1);
  std::ostringstream out;
  lessor.dump(out);
  CHECK(out.str() == "leases count=1 keys=1\ntimekeeper primary=1 overdue=0 in_flight=1\n");
}
