// Very many leases that end at once, on a disk that works and on one that stands still.
#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "tests/replica/hand_member.h"

using namespace quorate;
using namespace quorate::replica;
using namespace quorate::replica::testing;
using namespace std::chrono_literals;

namespace {

constexpr int kLeases = 5000;
constexpr std::size_t kInFlightMax = lease::TimekeeperOptions{}.revokes_in_flight_max;

std::string key_of(int lease) {
  return "k" + std::to_string(lease);
}

// A member with leases of ten seconds, each with a key.
class Storm {
 public:
  Storm() {
    member.run();
    for (int lease = 1; lease <= kLeases; ++lease) {
      const auto granted = member.grant_lease(lease, 10);
      etcdserverpb::PutRequest put;
      put.set_key(key_of(lease));
      put.set_lease(lease);
      const auto attached = member.put(put);
      if (lease % 500 != 0) continue;
      member.run();
      REQUIRE(granted->error() == "ok");
      REQUIRE(attached->error() == "ok");
    }
    REQUIRE(leases() == kLeases);
  }

  [[nodiscard]] std::size_t leases() const {
    return member.replica->machine().leases().book().size();
  }
  [[nodiscard]] std::size_t keys() const { return member.replica->table().index().live_keys(); }
  [[nodiscard]] const Counters& counters() const { return member.replica->counters(); }
  [[nodiscard]] std::size_t entries_unsynced() const {
    std::size_t entries = 0;
    for (const auto& write : member.log.waiting) entries += write.batch.entries.size();
    return entries;
  }
  void pass(std::chrono::milliseconds time) {
    for (auto passed = 0ms; passed < time; passed += 100ms) {
      member.clock.advance(100ms);
      member.tick();
    }
  }

  HandMember member;
};

}  // namespace

TEST_CASE("leases that end together are gone at once, each with its key, and are counted") {
  Storm storm;
  storm.member.clock.advance(11s);
  storm.member.run();
  for (int round = 0; storm.leases() > 0 && round < 10; ++round) storm.member.run();
  CHECK(storm.leases() == 0);
  CHECK(storm.keys() == 0);
  CHECK(storm.counters().leases_granted == kLeases);
  CHECK(storm.counters().leases_revoked == kLeases);
  CHECK(storm.counters().leases_expired == kLeases);
  CHECK(storm.counters().lease_ttls.counts[4] == kLeases);  // 8 < 10 <= 16
  CHECK(storm.counters().lease_ttls.sum == 10 * kLeases);
}

TEST_CASE("while the disk stands still no more is asked for than may be under way") {
  Storm storm;
  storm.member.clock.advance(11s);
  storm.pass(10min);
  CHECK(storm.leases() == kLeases);
  CHECK(storm.entries_unsynced() <= 2 * kInFlightMax);
  CHECK(storm.member.replica->proposals_pending() <= 2 * kInFlightMax);

  // It goes on: nothing was lost, nothing happens twice.
  for (int round = 0; storm.leases() > 0 && round < 100; ++round) {
    storm.pass(1s);
    storm.member.run();
  }
  CHECK(storm.leases() == 0);
  CHECK(storm.keys() == 0);
  CHECK(storm.counters().leases_revoked == kLeases);
}

TEST_CASE("a lease renewed while the disk stands still outlives the others") {
  Storm storm;
  storm.member.clock.advance(9s);
  std::int64_t ttl = 0;
  storm.member.replica->renew_lease(LeaseId{7},
                                    [&](Result<std::int64_t> renewed) { ttl = renewed.value(); });
  CHECK(ttl == 10);
  storm.member.clock.advance(2s);
  storm.pass(5s);
  for (int round = 0; storm.leases() > 1 && round < 10; ++round) storm.member.run();
  CHECK(storm.leases() == 1);
  CHECK(storm.member.read_all() == "k7=@" + std::to_string(1 + 7));
  storm.member.clock.advance(5s);
  for (int round = 0; storm.leases() > 0 && round < 10; ++round) storm.member.run();
  CHECK(storm.leases() == 0);
}
