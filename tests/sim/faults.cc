// What goes wrong in a run, and how often: each seed has a character of its own.
#include <algorithm>
#include <array>

#include "server/raft/conf_changer.h"
#include "server/raft/describe.h"
#include "tests/raft/conf_change_text.h"
#include "tests/sim/simulation.h"

namespace quorate::sim {
namespace {

constexpr std::uint64_t kVotersMax = 7;

Time millis(std::int64_t count) {
  return Time{count * 1'000};
}

}  // namespace

void Simulation::choose_character() {
  Rng rng = world_.rng.fork();
  constexpr std::array<std::uint64_t, 5> kSizes{1, 3, 3, 5, 5};
  const std::uint64_t size = kSizes[rng.below(kSizes.size())];
  if (options_.members == 0) options_.members = size;

  config_.pre_vote = rng.chance(4, 5);
  config_.check_quorum = rng.chance(4, 5);
  constexpr std::array<std::uint32_t, 3> kWindows{1, 3, 512};
  config_.inflight_messages_max = kWindows[rng.below(kWindows.size())];
  if (rng.chance(1, 3)) config_.append_bytes_max = 100;
  if (rng.chance(1, 4)) config_.uncommitted_bytes_max = 200;

  Weather weather;
  if (rng.chance(2, 3)) weather.lost = static_cast<std::uint32_t>(rng.below(150));
  if (rng.chance(1, 2)) weather.doubled = static_cast<std::uint32_t>(rng.below(100));
  if (rng.chance(1, 2)) weather.late = static_cast<std::uint32_t>(rng.below(100));
  if (rng.chance(1, 2)) weather.delay_max = millis(rng.between(5, 60));
  world_.network.set_weather(weather);

  applies_late_ = rng.chance(1, 2);
  flush_entries_ = static_cast<std::uint32_t>(rng.between(1, 40));
  fault_interval_ = millis(rng.between(100, 3'000));
  client_interval_ = millis(rng.between(5, 150));
  client_burst_max_ = rng.chance(1, 3) ? 20 : 3;

  // Some kinds of trouble are left out altogether, so that the others come in long rows.
  const std::array<Fault, 11> kinds{{{6, &Simulation::crash_one},
                                     {1, &Simulation::crash_all},
                                     {4, &Simulation::pause_one},
                                     {5, &Simulation::partition},
                                     {4, &Simulation::cut_one_way},
                                     {6, &Simulation::end_partition},
                                     {3, &Simulation::slow_disk},
                                     {2, &Simulation::campaign},
                                     {3, &Simulation::transfer},
                                     {6, &Simulation::change_members},
                                     {3, &Simulation::retire_removed}}};
  for (const Fault& kind : kinds) {
    if (rng.chance(3, 4)) faults_.push_back(kind);
  }
  faults_.push_back({1, &Simulation::end_partition});
}

void Simulation::cause_trouble() {
  after(Time{world_.rng.between(0, 2 * fault_interval_.count())}, [this] {
    if (is_healing_) return;
    std::uint64_t total = 0;
    for (const Fault& fault : faults_) total += fault.weight;
    std::uint64_t drawn = world_.rng.below(total);
    for (const Fault& fault : faults_) {
      if (drawn < fault.weight) {
        (this->*fault.happen)();
        break;
      }
      drawn -= fault.weight;
    }
    cause_trouble();
  });
}

void Simulation::crash(MemberId id, Time down_for) {
  Place& place = places_.at(id);
  if (!place.member->is_up()) return;
  place.member->crash();
  ++result_.crashes;
  after(down_for, [this, id] { start(id); });
}

void Simulation::crash_one() {
  crash(random_member(), millis(world_.rng.between(0, 5'000)));
}

void Simulation::crash_all() {
  for (const auto& [id, place] : places_) crash(id, millis(world_.rng.between(0, 2'000)));
}

// As a process that does not get to run, or a machine that is moved.
void Simulation::pause_one() {
  const MemberId id = random_member();
  const Time pause = millis(world_.rng.between(100, 4'000));
  world_.trace.note(id, "pauses");
  places_.at(id).paused_until = world_.scheduler.now() + pause;
}

void Simulation::partition() {
  world_.network.heal();
  std::map<MemberId, bool> sides;
  for (const auto& [id, place] : places_) sides[id] = world_.rng.chance(1, 2);
  for (const auto& [a, side_a] : sides) {
    world_.trace.note(a, side_a ? "is on this side" : "is on that side");
    for (const auto& [b, side_b] : sides) {
      if (side_a != side_b) world_.network.cut(a, b);
    }
  }
}

void Simulation::cut_one_way() {
  const MemberId from = random_member();
  const MemberId to = random_member();
  world_.trace.note(from, "cannot reach " + raft::to_text(to));
  world_.network.cut(from, to);
}

void Simulation::end_partition() {
  world_.trace.note({}, "links are whole");
  world_.network.heal();
}

void Simulation::slow_disk() {
  const MemberId id = random_member();
  world_.trace.note(id, "disk changes speed");
  const bool is_slow = world_.rng.chance(2, 3);
  places_.at(id).member->set_disk_speed(is_slow ? DiskSpeed{millis(1), millis(800)} : DiskSpeed{});
}

void Simulation::campaign() {
  Member* member = any_up();
  if (member != nullptr) member->report(raft::Campaign{});
}

void Simulation::transfer() {
  Member* member = any_up();
  if (member != nullptr) member->report(raft::TransferAsked{random_member()});
}

void Simulation::change_members() {
  // Now and then several at once: all but the first have to be refused.
  for (std::uint64_t count = world_.rng.chance(1, 3) ? 3 : 1; count > 0; --count) {
    const Member* leads = leader();
    if (leads == nullptr) return;
    const raft::ConfChange change = random_change(leads->node()->conf_state());
    world_.trace.note(leads->id(), "is asked to " + raft::testing::to_text(change));
    places_.at(leads->id()).member->change(change);
  }
}

raft::ConfChange Simulation::random_change(const raft::ConfState& conf) {
  raft::ConfChange change;
  if (raft::is_joint(conf)) return change;  // leave it
  change.transition = static_cast<raft::ConfTransition>(world_.rng.below(3));
  const std::uint64_t count = world_.rng.chance(1, 3) ? 1 + world_.rng.below(3) : 1;
  for (std::uint64_t i = 0; i < count; ++i) {
    raft::ConfChangeSingle single;
    const bool is_new = world_.rng.chance(1, 2) && raft::all_members(conf).size() < kVotersMax;
    if (is_new) {
      single = {world_.rng.chance(1, 2) ? raft::ConfChangeType::add_learner
                                        : raft::ConfChangeType::add_voter,
                newest_member_.next()};
      add_member(single.member, {});
    } else {
      // Ids are never used again: who is gone stays gone.
      const std::vector<MemberId> members = raft::all_members(conf);
      single = {static_cast<raft::ConfChangeType>(world_.rng.below(4)),
                members[world_.rng.below(members.size())]};
    }
    change.changes.push_back(single);
  }
  return change;
}

// An operator switches off what was removed some time ago.
void Simulation::retire_removed() {
  const Member* leads = leader();
  if (leads == nullptr) return;
  const std::vector<MemberId> members = raft::all_members(leads->node()->conf_state());
  // A leader that has removed itself is still needed, until another one knows that.
  if (!std::ranges::binary_search(members, leads->id())) return;
  for (auto& [id, place] : places_) {
    const raft::Node* node = place.member->node();
    if (node == nullptr || std::ranges::binary_search(members, id)) continue;
    // It took part once, and knows that this is over.
    const bool knows = node->commit_index() > Index{} &&
                       !std::ranges::binary_search(raft::all_members(node->conf_state()), id);
    if (!knows) continue;
    world_.trace.note(id, "is switched off");
    place.is_retired = true;
    place.member->crash();
  }
}

}  // namespace quorate::sim
