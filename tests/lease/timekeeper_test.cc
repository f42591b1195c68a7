#include "server/lease/timekeeper.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "server/lease/lessor.h"
#include "tests/common/fake_clock.h"

using quorate::FakeClock;
using quorate::LeaseId;
using quorate::lease::Due;
using quorate::lease::Lessor;
using quorate::lease::Renewal;
using quorate::lease::TimekeeperOptions;

namespace {

using namespace std::chrono_literals;
using Ids = std::vector<std::int64_t>;

Ids numbers(const std::vector<LeaseId>& leases) {
  Ids ids;
  for (const LeaseId lease : leases) ids.push_back(lease.value());
  return ids;
}

// A member that leads from the start; what is due is applied only when the test says so.
struct Leader {
  FakeClock clock;
  Lessor lessor;

  explicit Leader(const TimekeeperOptions& options = {}) : lessor{2, options} {
    lessor.timekeeper().promote(clock.now(), 0ms);
  }
  void grant(std::int64_t id, std::int64_t ttl) {
    REQUIRE(lessor.grant(LeaseId{id}, ttl, clock.now()).has_value());
  }
  void revoke(std::int64_t id) { REQUIRE(lessor.revoke(LeaseId{id}).has_value()); }
  void checkpoint(std::int64_t id, std::int64_t remaining) {
    REQUIRE(lessor.checkpoint(LeaseId{id}, remaining).has_value());
  }
  Renewal renew(std::int64_t id) { return lessor.timekeeper().renew(LeaseId{id}, clock.now()); }
  std::int64_t remaining(std::int64_t id) {
    return lessor.timekeeper().remaining(LeaseId{id}, clock.now()).value_or(-1);
  }
  Due poll(std::size_t timers_max = 1000) {
    return lessor.timekeeper().poll(clock.now(), timers_max);
  }
  Ids revokes() { return numbers(poll().revokes); }
  // "id=remaining" of each
  std::string checkpoints() {
    std::string text;
    for (const auto& [id, remaining] : poll().checkpoints) {
      text += std::to_string(id.value()) + "=" + std::to_string(remaining) + " ";
    }
    return text;
  }
};

}  // namespace

TEST_CASE("a lease ends after its TTL and is asked to be revoked once") {
  Leader leader;
  leader.grant(1, 10);
  leader.clock.advance(9999ms);
  CHECK(leader.revokes().empty());
  leader.clock.advance(1ms);
  CHECK(leader.revokes() == Ids{1});
  CHECK(leader.revokes().empty());
  leader.clock.advance(2999ms);
  CHECK(leader.revokes().empty());
  leader.revoke(1);
  leader.clock.advance(1h);
  CHECK(leader.revokes().empty());
}

TEST_CASE("a revoke that never was applied is asked for again after three seconds") {
  Leader leader;
  leader.grant(1, 10);
  leader.clock.advance(10s);
  CHECK(leader.revokes() == Ids{1});
  leader.clock.advance(3s);
  CHECK(leader.revokes() == Ids{1});
  leader.clock.advance(3s);
  CHECK(leader.revokes() == Ids{1});
}

TEST_CASE("a revoke that could not be proposed is asked for again at once") {
  Leader leader;
  leader.grant(1, 10);
  leader.clock.advance(10s);
  CHECK(leader.revokes() == Ids{1});
  leader.lessor.timekeeper().revoke_failed(LeaseId{1});
  leader.lessor.timekeeper().revoke_failed(LeaseId{1});
  leader.lessor.timekeeper().revoke_failed(LeaseId{2});
  CHECK(leader.revokes() == Ids{1});
  CHECK(leader.revokes().empty());
  leader.clock.advance(3s);
  CHECK(leader.revokes() == Ids{1});
}

TEST_CASE("leases are revoked in the order of their ends, however often they were renewed") {
  Leader leader;
  leader.grant(1, 30);
  leader.grant(2, 20);
  leader.grant(3, 25);
  leader.grant(4, 20);
  leader.clock.advance(15s);
  CHECK(leader.renew(2).ttl == 20);  // now ends at 35
  leader.clock.advance(1s);
  CHECK(leader.renew(2).ttl == 20);  // at 36
  CHECK(numbers(leader.lessor.list()) == Ids{4, 3, 1, 2});
  leader.clock.advance(1h);
  CHECK(leader.revokes() == Ids{4, 3, 1, 2});
}

TEST_CASE("a renewal gives the whole TTL again") {
  Leader leader;
  leader.grant(1, 10);
  for (int n = 0; n < 100; ++n) {
    leader.clock.advance(9s);
    CHECK(leader.revokes().empty());
    const Renewal renewal = leader.renew(1);
    CHECK(renewal.state == Renewal::State::renewed);
    CHECK(renewal.ttl == 10);
    CHECK(!renewal.must_clear_checkpoint);
  }
  leader.clock.advance(9999ms);
  CHECK(leader.revokes().empty());
  leader.clock.advance(1ms);
  CHECK(leader.revokes() == Ids{1});
}

TEST_CASE("a lease that ended cannot be renewed, noticed or not") {
  Leader leader;
  leader.grant(1, 10);
  leader.clock.advance(10s);
  CHECK(leader.renew(1).state == Renewal::State::ended);
  CHECK(leader.revokes() == Ids{1});
  CHECK(leader.renew(1).state == Renewal::State::ended);
  CHECK(leader.remaining(1) == 0);
  leader.clock.advance(2s);
  CHECK(leader.remaining(1) == 0);
  leader.revoke(1);
  CHECK(leader.renew(1).state == Renewal::State::unknown);
  CHECK(leader.renew(1).ttl == 0);
  CHECK(leader.remaining(1) == -1);
}

TEST_CASE("what is left is told in whole seconds, rounded down") {
  Leader leader;
  leader.grant(1, 100);
  CHECK(leader.remaining(1) == 100);
  leader.clock.advance(1ns);
  CHECK(leader.remaining(1) == 99);
  leader.clock.advance(99s);
  CHECK(leader.remaining(1) == 0);
}

TEST_CASE("the longest TTL neither ends nor overflows") {
  Leader leader;
  leader.clock.advance(std::chrono::hours{24} * 365 * 20);
  leader.grant(1, quorate::lease::kTtlMax);
  CHECK(leader.revokes().empty());
  CHECK(leader.remaining(1) > 8'000'000'000);
  CHECK(leader.renew(1).ttl == quorate::lease::kTtlMax);
  leader.lessor.timekeeper().promote(leader.clock.now(), 1s);
  CHECK(leader.revokes().empty());
}

TEST_CASE("no more revokes are in flight than allowed") {
  Leader leader{{.revokes_in_flight_max = 3}};
  for (std::int64_t id = 1; id <= 8; ++id) leader.grant(id, 10);
  leader.clock.advance(10s);
  CHECK(leader.revokes() == Ids{1, 2, 3});
  CHECK(leader.revokes().empty());
  leader.revoke(2);
  CHECK(leader.revokes() == Ids{4});
  leader.revoke(5);  // a client was faster
  leader.revoke(1);
  leader.revoke(3);
  CHECK(leader.revokes() == Ids{6, 7});
  leader.clock.advance(3s);
  CHECK(leader.revokes() == Ids{4, 6, 7});  // lost, all three
  for (const std::int64_t id : {4, 6, 7}) leader.revoke(id);
  CHECK(leader.revokes() == Ids{8});
}

TEST_CASE("a lease that takes the place of one that was overdue is left alone") {
  Leader leader{{.revokes_in_flight_max = 1}};
  leader.grant(1, 10);
  leader.grant(2, 10);
  leader.clock.advance(10s);
  CHECK(leader.revokes() == Ids{1});
  leader.revoke(2);
  leader.grant(3, 10);
  leader.revoke(1);
  CHECK(leader.revokes().empty());
  leader.clock.advance(10s);
  CHECK(leader.revokes() == Ids{3});
}

TEST_CASE("a poll handles no more timers than it is told, the next one goes on") {
  Leader leader;
  for (std::int64_t id = 1; id <= 5; ++id) leader.grant(id, 10);
  leader.clock.advance(10s);
  CHECK(numbers(leader.poll(2).revokes) == Ids{1, 2});
  CHECK(numbers(leader.poll(2).revokes) == Ids{3, 4});
  CHECK(numbers(leader.poll(2).revokes) == Ids{5});
}

TEST_CASE("a new leader starts every lease anew and adds the election timeout") {
  Leader leader;
  leader.grant(1, 10);
  leader.grant(2, 1000);
  leader.clock.advance(9s);
  leader.lessor.timekeeper().demote();
  leader.checkpoint(2, 400);
  CHECK(!leader.lessor.timekeeper().is_primary());
  leader.clock.advance(1h);
  CHECK(leader.revokes().empty());
  leader.grant(3, 5);
  leader.lessor.timekeeper().promote(leader.clock.now(), 1500ms);
  CHECK(leader.remaining(1) == 11);
  CHECK(leader.remaining(2) == 401);
  CHECK(leader.remaining(3) == 6);
  leader.clock.advance(11499ms);
  CHECK(leader.revokes() == Ids{3});
  leader.clock.advance(1ms);
  CHECK(leader.revokes() == Ids{1});
}

TEST_CASE("a renewal takes back the election timeout that was added") {
  Leader leader;
  leader.grant(1, 10);
  leader.lessor.timekeeper().promote(leader.clock.now(), 5s);
  CHECK(leader.remaining(1) == 15);
  CHECK(leader.renew(1).ttl == 10);
  CHECK(leader.remaining(1) == 10);
  leader.clock.advance(10s);
  CHECK(leader.revokes() == Ids{1});
}

TEST_CASE("a leader that stepped down asks for nothing, not even what it had noticed") {
  Leader leader{{.revokes_in_flight_max = 1}};
  leader.grant(1, 10);
  leader.grant(2, 10);
  leader.clock.advance(10s);
  CHECK(leader.revokes() == Ids{1});
  leader.lessor.timekeeper().demote();
  leader.lessor.timekeeper().revoke_failed(LeaseId{1});
  leader.clock.advance(1h);
  CHECK(leader.revokes().empty());
  leader.lessor.timekeeper().promote(leader.clock.now(), 0ms);
  leader.clock.advance(1s);
  CHECK(leader.revokes().empty());
  CHECK(leader.renew(1).state == Renewal::State::renewed);
  leader.clock.advance(9s);
  CHECK(leader.revokes() == Ids{2});
}

TEST_CASE("what is left of a long lease is told every five minutes") {
  Leader leader;
  leader.grant(1, 1000);
  leader.grant(2, 300);  // never: a next leader cannot add more than the interval
  leader.clock.advance(299'999ms);
  CHECK(leader.checkpoints().empty());
  leader.clock.advance(1ms);
  CHECK(leader.checkpoints() == "1=700 ");
  CHECK(leader.checkpoints().empty());
  leader.checkpoint(1, 700);
  leader.clock.advance(299'999ms);
  CHECK(leader.checkpoints().empty());
  leader.clock.advance(1ms);
  CHECK(leader.checkpoints() == "1=400 ");
  leader.checkpoint(1, 400);
  leader.clock.advance(300s);
  CHECK(leader.checkpoints() == "1=100 ");
  leader.checkpoint(1, 100);
  leader.clock.advance(99s);
  CHECK(leader.checkpoints().empty());
  CHECK(leader.remaining(1) == 1);
  leader.clock.advance(1s);
  CHECK(leader.revokes() == Ids{1});
}

TEST_CASE("a checkpoint that was lost is asked for again, with what is left by then") {
  Leader leader;
  leader.grant(1, 1000);
  leader.clock.advance(300s);
  CHECK(leader.checkpoints() == "1=700 ");
  leader.clock.advance(2999ms);
  CHECK(leader.checkpoints().empty());
  leader.clock.advance(1ms);
  CHECK(leader.checkpoints() == "1=697 ");
}

TEST_CASE("a lease that is kept alive needs no checkpoints") {
  Leader leader;
  leader.grant(1, 1000);
  for (int n = 0; n < 20; ++n) {
    leader.clock.advance(290s);
    CHECK(leader.checkpoints().empty());
    CHECK(leader.renew(1).ttl == 1000);
  }
  leader.clock.advance(300s);
  CHECK(leader.checkpoints() == "1=700 ");
}

TEST_CASE("a renewal after a checkpoint says that the checkpoint must go") {
  Leader leader;
  leader.grant(1, 1000);
  leader.clock.advance(300s);
  CHECK(leader.checkpoints() == "1=700 ");
  leader.checkpoint(1, 700);
  leader.clock.advance(10s);
  CHECK(leader.renew(1).must_clear_checkpoint);
  CHECK(leader.renew(1).must_clear_checkpoint);  // until it is applied
  CHECK(leader.remaining(1) == 1000);
  leader.checkpoint(1, 0);
  CHECK(!leader.renew(1).must_clear_checkpoint);
  leader.clock.advance(299s);
  CHECK(leader.checkpoints().empty());
  leader.clock.advance(1s);
  CHECK(leader.checkpoints() == "1=700 ");
}

TEST_CASE("remaining time survives one leader after the other") {
  Leader leader;
  leader.grant(1, 1000);
  leader.clock.advance(300s);
  CHECK(leader.checkpoints() == "1=700 ");
  leader.checkpoint(1, 700);
  leader.lessor.timekeeper().demote();
  leader.lessor.timekeeper().promote(leader.clock.now(), 1s);
  CHECK(leader.remaining(1) == 701);
  leader.clock.advance(301s);
  CHECK(leader.checkpoints() == "1=400 ");
  leader.checkpoint(1, 400);
  leader.lessor.timekeeper().demote();
  leader.lessor.timekeeper().promote(leader.clock.now(), 1s);
  leader.clock.advance(400'999ms);
  CHECK(leader.revokes().empty());
  leader.clock.advance(1ms);
  CHECK(leader.revokes() == Ids{1});
}

TEST_CASE("without an interval there are no checkpoints, but those in the book still count") {
  Leader leader{{.checkpoint_interval = 0s}};
  leader.grant(1, 1000);
  leader.clock.advance(999s);
  CHECK(leader.checkpoints().empty());
  leader.checkpoint(1, 10);
  leader.lessor.timekeeper().promote(leader.clock.now(), 0ms);
  CHECK(leader.remaining(1) == 10);
  CHECK(leader.renew(1).must_clear_checkpoint);
}
