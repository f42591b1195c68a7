#include "tests/sim/simulation.h"

#include <algorithm>
#include <ostream>

#include "server/raft/conf_changer.h"
#include "server/raft/describe.h"
#include "tests/sim/failure.h"
#include "tests/sim/raft_member.h"

namespace quorate::sim {
namespace {

constexpr Time kTick{100'000};
// After the faults: how long a cluster may take to be whole again, in ticks.
constexpr int kTicksToSettle = 600;
constexpr std::uint32_t kLogEntriesKept = 40;

}  // namespace

Simulation::Simulation(const RunOptions& options)
    : options_{options}, world_{options.seed}, raft_{[this](MemberId id) -> const Member* {
        const auto place = places_.find(id);
        return place == places_.end() ? nullptr : place->second.member.get();
      }} {
  choose_character();
  std::vector<MemberId> founders;
  for (std::uint64_t id = 1; id <= options_.members; ++id) founders.emplace_back(id);
  for (const MemberId id : founders) add_member(id, founders);
}

Simulation::~Simulation() = default;

RunResult Simulation::run() {
  try {
    act_as_client();
    cause_trouble();
    run_steps();
    heal();
    demand_progress();
  } catch (const Failure& failure) {
    result_.failure = failure.what();
  }
  result_.trace_hash = world_.trace.hash();
  result_.events = world_.trace.events();
  result_.terms = raft_.leaders();
  result_.entries = raft_.history().size();
  result_.writes = clients_.writes_done();
  result_.reads = clients_.reads_done();
  return result_;
}

void Simulation::run_steps() {
  for (std::uint64_t step = 0; step < options_.steps; ++step) {
    claim(world_.scheduler.run_next(), "there is always something to come");
  }
}

// Everybody comes back but who was removed; messages arrive, disks are fast.
void Simulation::heal() {
  is_healing_ = true;
  world_.trace.note({}, "heals");
  end_partition();
  world_.network.set_weather({});
  for (auto& [id, place] : places_) {
    place.member->set_disk_speed({});
    place.paused_until = {};
    if (!place.is_retired && !place.member->is_up()) place.member->start();
  }
}

void Simulation::demand_progress() {
  const Time deadline = world_.scheduler.now() + kTicksToSettle * kTick;
  Term asked_in;
  Number write;
  while (asked_in == Term{} || clients_.is_open(write) || !is_settled()) {
    claim(world_.scheduler.now() < deadline, "a healed cluster makes progress");
    claim(world_.scheduler.run_next(), "there is always something to come");
    const Member* leads = leader();
    if (leads == nullptr || leads->applied_index() != leads->node()->last_index()) continue;
    retire_strangers(*leads);
    // A write that nothing may hold up; another one if its leader is gone before it is done.
    if (leads->node()->term() == asked_in) continue;
    if (leads->node()->transferring_to() != MemberId{}) continue;
    asked_in = leads->node()->term();
    write = clients_.asks(ClientChecker::Kind::write);
    places_.at(leads->id()).member->write(write);
  }
}

// Who is in no configuration any more is switched off, as an operator would: it may not have heard
// of it and go on calling for elections.
void Simulation::retire_strangers(const Member& leads) {
  const std::vector<MemberId> members = raft::all_members(leads.node()->conf_state());
  if (!std::ranges::binary_search(members, leads.id())) return;  // it still has to hand over
  for (auto& [id, place] : places_) {
    if (place.is_retired || std::ranges::binary_search(members, id)) continue;
    place.is_retired = true;
    if (place.member->is_up()) place.member->crash();
  }
}

// All members of the newest configuration are equal, and nothing is under way.
bool Simulation::is_settled() const {
  const Member* leads = leader();
  if (leads == nullptr || leads->applied_index() != leads->node()->last_index()) return false;
  if (leads->applied_index() != raft_.committed()) return false;
  const raft::ConfState& conf = leads->node()->conf_state();
  return std::ranges::all_of(raft::all_members(conf), [&](MemberId id) {
    const Member& member = *places_.at(id).member;
    return member.is_up() && member.applied_index() == leads->applied_index() &&
           member.node()->leader() == leads->id();
  });
}

void Simulation::add_member(MemberId id, const std::vector<MemberId>& founders) {
  newest_member_ = std::max(newest_member_, id);
  RaftMember::Options options;
  options.config = config_;
  options.config.id = id;
  options.founders = founders;
  options.flush_entries = flush_entries_;
  options.log_entries_kept = kLogEntriesKept;
  options.applies_late = applies_late_;
  places_[id].member = std::make_unique<RaftMember>(world_, *this, options);
  places_[id].member->start();
  tick(id);
}

void Simulation::start(MemberId id) {
  Place& place = places_.at(id);
  if (!place.is_retired && !place.member->is_up()) place.member->start();
}

void Simulation::after(Time delay, std::function<void()> action) {
  world_.scheduler.after(delay, std::move(action));
}

// Clocks run a little differently everywhere.
void Simulation::tick(MemberId id) {
  after(Time{world_.rng.between(kTick.count() * 9 / 10, kTick.count() * 11 / 10)}, [this, id] {
    Place& place = places_.at(id);
    const bool is_paused = place.paused_until > world_.scheduler.now();
    if (place.member->is_up() && !is_paused) place.member->tick();
    tick(id);
  });
}

bool Simulation::post(const Packet& packet) {
  const raft::Message& message = packet.message;
  world_.trace.message("send", message);
  const auto copies = message.type == raft::MessageType::propose ? Network::Copies::one
                                                                 : Network::Copies::maybe_two;
  return world_.network.send(message.from, message.to, copies, [this, packet] { deliver(packet); });
}

void Simulation::deliver(const Packet& packet) {
  const auto found = places_.find(packet.message.to);
  if (found == places_.end() || !found->second.member->is_up()) return;
  const Time paused_until = found->second.paused_until;
  if (paused_until > world_.scheduler.now()) {
    after(paused_until - world_.scheduler.now(), [this, packet] { deliver(packet); });
    return;
  }
  world_.trace.message("recv", packet.message);
  found->second.member->receive(packet);
}

// ---- Clients

void Simulation::act_as_client() {
  after(Time{world_.rng.between(0, 2 * client_interval_.count())}, [this] {
    Member* member = any_up();
    if (member != nullptr && !is_healing_) {
      for (std::uint64_t n = 1 + world_.rng.below(client_burst_max_); n > 0; --n) ask(*member);
    }
    act_as_client();
  });
}

void Simulation::ask(Member& member) {
  if (world_.rng.chance(2, 3)) {
    member.write(clients_.asks(ClientChecker::Kind::write));
  } else {
    member.read(clients_.asks(ClientChecker::Kind::read));
  }
}

void Simulation::replied(const Member& member, const Reply& reply) {
  if (!clients_.hears(reply)) return;
  world_.trace.note(member.id(), (reply.is_done ? "reply " : "drop ") +
                                     std::to_string(reply.request.value()) +
                                     " index=" + std::to_string(reply.index.value()));
  const bool is_read = reply.is_done && reply.state_hash != 0;
  if (!is_read || reply.index == Index{}) return;
  claim(raft_.history()[reply.index.value() - 1].state_hash == reply.state_hash,
        "a read sees a state of the history");
}

Member* Simulation::any_up() {
  const MemberId id = random_member();
  Member* member = places_.at(id).member.get();
  const bool is_paused = places_.at(id).paused_until > world_.scheduler.now();
  return member->is_up() && !is_paused ? member : nullptr;
}

MemberId Simulation::random_member() {
  auto place = places_.begin();
  std::advance(place, static_cast<std::ptrdiff_t>(world_.rng.below(places_.size())));
  return place->first;
}

const Member* Simulation::leader() const {
  const Member* newest = nullptr;
  for (const auto& [id, place] : places_) {
    const raft::Node* node = place.member->node();
    if (node == nullptr || node->role() != raft::Role::leader) continue;
    if (newest == nullptr || node->term() > newest->node()->term()) newest = place.member.get();
  }
  return newest;
}

// ---- Checkers

void Simulation::started(const Member& member) {
  raft_.started(member);
}

void Simulation::stepped(const Member& member, const raft::Actions& actions) {
  if (actions.soft_state) {
    world_.trace.note(member.id(), std::string{raft::to_text(actions.soft_state->role)} +
                                       " term=" + std::to_string(member.node()->term().value()));
  }
  if (actions.persist) world_.trace.note(member.id(), raft::to_text(*actions.persist));
  raft_.stepped(member, actions);
}

void Simulation::applied(const Member& member, const raft::Entry& entry, std::uint64_t state_hash) {
  world_.trace.note(member.id(), "apply " + raft::to_text(entry));
  raft_.applied(member, entry, state_hash);
  const bool is_first = entry.index.value() == raft_.history().size();
  if (is_first && entry.type != raft::EntryType::normal) ++result_.conf_changes;
  if (const std::optional<Number> request = request_of(entry)) {
    clients_.happened(*request, entry.index);
  }
}

void Simulation::adopted(const Member& member, Index index, std::uint64_t state_hash) {
  ++result_.snapshots;
  raft_.adopted(member, index, state_hash);
}

void Simulation::print(std::ostream& out) const {
  world_.trace.print_tail(out);
  for (const auto& [id, place] : places_) {
    if (place.member->is_up()) {
      place.member->node()->dump(out);
    } else {
      out << raft::to_text(id) << " is down\n";
    }
  }
}

}  // namespace quorate::sim
