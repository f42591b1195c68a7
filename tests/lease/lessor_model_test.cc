// Two members and their model under random entries, leaders that come and go, proposals that get
// lost and restarts from what was stored.
#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "server/lease/lessor.h"
#include "tests/common/fake_clock.h"
#include "tests/common/test_seed.h"

using quorate::FakeClock;
using quorate::LeaseId;
using quorate::Rng;
using quorate::lease::Checkpoint;
using quorate::lease::Due;
using quorate::lease::kTtlMax;
using quorate::lease::Lessor;
using quorate::lease::parse_record;
using quorate::lease::Record;
using quorate::lease::RecordChange;
using quorate::lease::Renewal;
using quorate::lease::Timekeeper;
using quorate::lease::TimekeeperOptions;

namespace {

using namespace std::chrono_literals;
using Steady = quorate::Clock::Steady;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t kTtlMin = 2;
constexpr seconds kInterval{20};
constexpr std::size_t kInFlightMax = 4;
constexpr milliseconds kTick{1};  // how late a timer may ring

struct ModelLease {
  std::int64_t ttl;
  std::int64_t remaining = 0;
  std::set<std::string> keys{};
  Steady end{};                             // on the leader
  std::optional<Steady> asked_to_revoke{};  // since when the revoke is in flight
  std::optional<Steady> asked_checkpoint{};

  [[nodiscard]] seconds known() const { return seconds{remaining > 0 ? remaining : ttl}; }
  [[nodiscard]] bool is_checkpoint_due(Steady now) const {
    return known() > kInterval && end > now && end - now <= known() - kInterval;
  }
};

class Duel {
 public:
  explicit Duel(std::uint64_t seed) : rng_{seed} { start(); }

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      switch (rng_.below(12)) {
        case 0:
        case 1:
          grant();
          break;
        case 2:
          apply_revoke(any_id());
          break;
        case 3:
        case 4:
          change_keys();
          break;
        case 5:
          apply_checkpoint(any_id(), rng_.between(-5, 120));
          break;
        case 6:
          renew();
          break;
        case 7:
          lead_or_follow();
          break;
        default:
          advance();
          poll();
          propose();
          break;
      }
      compare(any_id());
      if (rng_.chance(1, 100)) restart();
    }
  }

 private:
  void start() {
    const TimekeeperOptions options{.checkpoint_interval = kInterval,
                                    .revokes_in_flight_max = kInFlightMax};
    leader_ = std::make_unique<Lessor>(kTtlMin, options);
    follower_ = std::make_unique<Lessor>(kTtlMin, options);
  }
  LeaseId any_id() { return LeaseId{rng_.between(-6, 6)}; }
  Timekeeper& timekeeper() { return leader_->timekeeper(); }

  // ---- Entries

  void grant() {
    const LeaseId id = any_id();
    const std::int64_t ttl = rng_.chance(1, 20) ? kTtlMax + 1 : rng_.between(-1, 90);
    const auto granted = leader_->grant(id, ttl, clock_.now());
    REQUIRE(granted.has_value() == (id.value() != 0 && ttl <= kTtlMax && !model_.contains(id)));
    REQUIRE(follower_->grant(id, ttl, clock_.now()).has_value() == granted.has_value());
    if (!granted) return;
    ModelLease lease{std::max(ttl, kTtlMin)};
    lease.end = clock_.now() + seconds{lease.ttl};
    REQUIRE(*granted == Record{id, lease.ttl, 0});
    model_[id] = lease;
    store(quorate::lease::stored(*granted));
  }
  void apply_revoke(LeaseId id) {
    const auto keys = leader_->revoke(id);
    const auto same = follower_->revoke(id);
    const auto known = model_.find(id);
    REQUIRE(keys.has_value() == (known != model_.end()));
    REQUIRE(same.has_value() == keys.has_value());
    if (!keys) return;
    REQUIRE(*keys == std::vector(known->second.keys.begin(), known->second.keys.end()));
    REQUIRE(*same == *keys);
    model_.erase(known);
    for (const std::string& key : *keys) rows_.emplace_back(LeaseId{}, key);
    store(quorate::lease::removed(id));
  }
  void apply_checkpoint(LeaseId id, std::int64_t remaining) {
    const auto record = leader_->checkpoint(id, remaining);
    REQUIRE(follower_->checkpoint(id, remaining) == record);
    const auto known = model_.find(id);
    REQUIRE(record.has_value() == (known != model_.end()));
    if (!record) return;
    known->second.remaining = std::clamp<std::int64_t>(remaining, 0, known->second.ttl);
    known->second.asked_checkpoint.reset();
    store(quorate::lease::stored(*record));
  }
  void change_keys() {
    const LeaseId id = any_id();
    const std::string key = "key" + std::to_string(rng_.below(25));
    const bool attaches = leader_->book().exists(id);
    REQUIRE(attaches == model_.contains(id));
    for (auto& [other, lease] : model_) lease.keys.erase(key);
    for (Lessor* member : {leader_.get(), follower_.get()}) {
      if (attaches) {
        member->attachments().attach(id, key);
      } else {
        member->attachments().detach(key);
      }
    }
    if (attaches) model_[id].keys.insert(key);
    rows_.emplace_back(attaches ? id : LeaseId{}, key);
  }
  void store(RecordChange change) {
    if (change.value) {
      stored_[change.key] = *change.value;
    } else {
      stored_.erase(change.key);
    }
  }

  // ---- The leader

  void lead_or_follow() {
    if (rng_.chance(1, 2)) {
      timekeeper().demote();
      return;
    }
    const milliseconds extension{rng_.below(2000)};
    timekeeper().promote(clock_.now(), extension);
    for (auto& [id, lease] : model_) {
      lease.end = clock_.now() + lease.known() + extension;
      lease.asked_to_revoke.reset();
      lease.asked_checkpoint.reset();
    }
  }
  void renew() {
    if (!timekeeper().is_primary()) return;
    const LeaseId id = any_id();
    const Renewal renewal = timekeeper().renew(id, clock_.now());
    const auto known = model_.find(id);
    if (known == model_.end()) {
      REQUIRE(renewal.state == Renewal::State::unknown);
    } else if (known->second.end <= clock_.now()) {
      REQUIRE(renewal.state == Renewal::State::ended);
    } else {
      REQUIRE(renewal.state == Renewal::State::renewed);
      REQUIRE(renewal.ttl == known->second.ttl);
      REQUIRE(renewal.must_clear_checkpoint == (known->second.remaining > 0));
      known->second.end = clock_.now() + seconds{renewal.ttl};
    }
  }
  void advance() {
    switch (rng_.below(3)) {
      case 0:
        clock_.advance(std::chrono::nanoseconds{rng_.below(3'000'000)});
        break;
      case 1:
        clock_.advance(milliseconds{rng_.below(5000)});
        break;
      default:
        clock_.advance(seconds{rng_.below(15)});
        break;
    }
  }
  void poll() {
    const std::size_t timers_max = rng_.chance(1, 4) ? rng_.below(3) : 1000;
    const Due due = timekeeper().poll(clock_.now(), timers_max);
    if (!timekeeper().is_primary()) {
      REQUIRE(due.revokes.empty());
      REQUIRE(due.checkpoints.empty());
      return;
    }
    for (const LeaseId id : due.revokes) check_revoke(id);
    for (const Checkpoint& checkpoint : due.checkpoints) check_checkpoint(checkpoint);
    if (timers_max == 1000) check_nothing_is_missed();
  }
  void check_revoke(LeaseId id) {
    REQUIRE(model_.contains(id));
    ModelLease& lease = model_[id];
    REQUIRE(lease.end <= clock_.now());
    if (lease.asked_to_revoke) {
      REQUIRE(clock_.now() - *lease.asked_to_revoke >= Timekeeper::kRetryAfter);
    }
    lease.asked_to_revoke = clock_.now();
    revokes_.push_back(id);
  }
  void check_checkpoint(const Checkpoint& checkpoint) {
    REQUIRE(model_.contains(checkpoint.id));
    ModelLease& lease = model_[checkpoint.id];
    REQUIRE(lease.is_checkpoint_due(clock_.now()));
    REQUIRE(checkpoint.remaining == std::chrono::ceil<seconds>(lease.end - clock_.now()).count());
    if (lease.asked_checkpoint) {
      REQUIRE(clock_.now() - *lease.asked_checkpoint >= Timekeeper::kRetryAfter);
    }
    lease.asked_checkpoint = clock_.now();
    checkpoints_.push_back(checkpoint);
  }
  void check_nothing_is_missed() {
    const Steady now = clock_.now();
    std::size_t in_flight = 0;
    bool is_any_waiting = false;
    for (const auto& [id, lease] : model_) {
      if (lease.asked_to_revoke) {
        ++in_flight;
        REQUIRE(now - *lease.asked_to_revoke < Timekeeper::kRetryAfter + kTick);
      } else if (lease.end + kTick <= now) {
        is_any_waiting = true;
      } else if (lease.is_checkpoint_due(now - kTick) && lease.end > now) {
        REQUIRE(lease.asked_checkpoint.has_value());
        REQUIRE(now - *lease.asked_checkpoint < Timekeeper::kRetryAfter + kTick);
      }
    }
    REQUIRE(in_flight <= kInFlightMax);
    if (is_any_waiting) REQUIRE(in_flight == kInFlightMax);
  }
  // What is proposed is applied, stays on its way, is lost, or is known to have failed.
  void propose() {
    for (std::uint64_t count = rng_.below(4); count > 0 && !revokes_.empty(); --count) {
      const LeaseId id = revokes_.front();
      revokes_.pop_front();
      if (rng_.chance(1, 2)) {
        apply_revoke(id);
      } else if (rng_.chance(1, 2)) {
        timekeeper().revoke_failed(id);
        const auto known = model_.find(id);
        if (known != model_.end() && timekeeper().is_primary()) {
          known->second.asked_to_revoke.reset();
        }
      }
    }
    for (std::uint64_t count = rng_.below(3); count > 0 && !checkpoints_.empty(); --count) {
      const Checkpoint checkpoint = checkpoints_.front();
      checkpoints_.pop_front();
      if (rng_.chance(2, 3)) apply_checkpoint(checkpoint.id, checkpoint.remaining);
    }
  }

  // ---- Both

  void compare(LeaseId id) {
    const auto known = model_.find(id);
    for (const Lessor* member : {leader_.get(), follower_.get()}) {
      REQUIRE(member->book().size() == model_.size());
      const auto record = member->book().find(id);
      REQUIRE(record.has_value() == (known != model_.end()));
      if (!record) continue;
      REQUIRE(*record == Record{id, known->second.ttl, known->second.remaining});
      std::set<std::string> keys;
      member->book().visit_keys(id, [&](std::string_view key) { keys.emplace(key); });
      REQUIRE(keys == known->second.keys);
    }
    if (timekeeper().is_primary()) compare_times(id);
  }
  void compare_times(LeaseId id) {
    const auto remaining = timekeeper().remaining(id, clock_.now());
    const auto known = model_.find(id);
    REQUIRE(remaining.has_value() == (known != model_.end()));
    if (remaining) {
      const auto left = std::chrono::floor<seconds>(known->second.end - clock_.now()).count();
      REQUIRE(*remaining == std::max<std::int64_t>(left, 0));
    }
    std::vector<std::pair<Steady, LeaseId>> by_end;
    for (const auto& [any, lease] : model_) by_end.emplace_back(lease.end, any);
    std::ranges::sort(by_end);
    std::vector<LeaseId> ids;
    for (const auto& [end, any] : by_end) ids.push_back(any);
    REQUIRE(leader_->list() == ids);
  }
  void restart() {
    start();
    for (Lessor* member : {leader_.get(), follower_.get()}) {
      for (const auto& [key, value] : stored_) {
        const auto record = parse_record(key, value);
        REQUIRE(record.has_value());
        member->restore(*record);
      }
      for (const auto& [id, key] : rows_) member->restore_key(id, key);
    }
    for (const auto& [id, lease] : model_) compare(id);
  }

  Rng rng_;
  FakeClock clock_;
  std::unique_ptr<Lessor> leader_;
  std::unique_ptr<Lessor> follower_;
  std::map<LeaseId, ModelLease> model_;
  std::map<std::string, std::string> stored_;
  std::vector<std::pair<LeaseId, std::string>> rows_;  // lease 0: without one, or a tombstone
  std::deque<LeaseId> revokes_;                        // on their way
  std::deque<Checkpoint> checkpoints_;
};

}  // namespace

TEST_CASE("leases on a leader, on a follower and after restarts are what their model says") {
  for (const std::uint64_t seed : quorate::test_seeds(150)) {
    INFO("again: QUORATE_SEED=", seed, " lease_test -tc='leases on a leader*'");
    Duel{seed}.run(1500);
  }
}
