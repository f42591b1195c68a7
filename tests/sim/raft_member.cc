#include "tests/sim/raft_member.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "tests/raft/conf_change_text.h"
#include "tests/sim/failure.h"

namespace quorate::sim {
namespace {

constexpr std::uint64_t kHashPrime = 0x100000001b3;  // FNV-1a

std::uint64_t mixed(std::uint64_t hash, std::string_view bytes) {
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * kHashPrime;
  return hash;
}

// A new cluster's log begins with its founders, as etcd's does: committed before it starts.
raft::testing::DurableLog log_of(const std::vector<MemberId>& founders) {
  raft::testing::DurableLog log;
  if (founders.empty()) return log;
  for (const MemberId founder : founders) {
    const Index index = log.last_index().next();
    const raft::ConfChange change{{}, {{raft::ConfChangeType::add_voter, founder}}};
    const raft::Proposal proposal = raft::testing::proposal_of(change);
    log.entries.push_back({Term{1}, index, proposal.type, proposal.data});
  }
  log.hard_state = {Term{1}, MemberId{}, log.last_index()};
  return log;
}

}  // namespace

std::uint64_t hash_after(std::uint64_t before, const raft::Entry& entry) {
  std::uint64_t hash = (before ^ entry.term.value()) * kHashPrime;
  hash = (hash ^ entry.index.value()) * kHashPrime;
  return mixed(hash, entry.data.view());
}

SharedBytes command_of(Number request) {
  return SharedBytes{"w" + std::to_string(request.value())};
}

std::optional<Number> request_of(const raft::Entry& entry) {
  const std::string_view text = entry.data.view();
  if (entry.type != raft::EntryType::normal || !text.starts_with('w')) return std::nullopt;
  std::uint64_t number = 0;
  std::from_chars(text.begin() + 1, text.end(), number);
  return Number{number};
}

RaftMember::RaftMember(World& world, Host& host, const Options& options)
    : world_{world},
      host_{host},
      options_{options},
      rng_{world.rng.fork()},
      log_{world.scheduler, rng_.fork(), log_of(options.founders)},
      store_{world.scheduler, rng_.fork(), {}} {}

void RaftMember::start() {
  // A snapshot whose record reached the log is adopted now; its state was safe before that.
  const Index log_start = log_.durable().start_index;
  if (log_start > store_.durable().state.applied) {
    claim(store_.durable().received.contains(log_start), "a log starts where a state is");
    store_.discard([log_start](StoreImage& image) { image.state = image.received.at(log_start); });
  }
  const State& state = store_.durable().state;
  life_.emplace(Life{.node = raft::Node{options_.config, rng_.fork(),
                                        log_.durable().restored(state.applied, state.conf)},
                     .state = state,
                     .to_apply = {},
                     .received = {},
                     .writes = {},
                     .reads = {}});
  world_.trace.note(id(), "starts applied=" + std::to_string(state.applied.value()) +
                              " last=" + std::to_string(life_->node.last_index().value()));
  host_.started(*this);
}

void RaftMember::crash() {
  life_.reset();
  ++lives_;
  log_.crash();
  store_.crash();
  world_.trace.note(id(),
                    "crashes; on disk last=" + std::to_string(log_.durable().last_index().value()));
}

void RaftMember::later(Time delay, std::function<void()> action) {
  world_.scheduler.after(delay, [this, life = lives_, run = std::move(action)] {
    if (life == lives_) run();
  });
}

const raft::Node* RaftMember::node() const {
  return life_ ? &life_->node : nullptr;
}

Index RaftMember::applied_index() const {
  return life_ ? life_->state.applied : Index{};
}

raft::HardState RaftMember::durable_hard_state() const {
  return log_.durable().hard_state;
}

bool RaftMember::holds_durably(Index index, Term term) const {
  return index <= log_.durable().start_index || log_.durable().term_of(index) == term;
}

void RaftMember::set_disk_speed(const DiskSpeed& speed) {
  log_.set_speed(speed);
  store_.set_speed(speed);
}

// ---- What is asked of it

void RaftMember::receive(const Packet& packet) {
  if (packet.message.type != raft::MessageType::snapshot)
    return step(raft::Received{packet.message});
  // The state first has to be safe; raft hears of it then.
  const State state = std::any_cast<State>(packet.state);
  store_.write([state](StoreImage& image) { image.received[state.applied] = state; },
               [this, state, message = packet.message] {
                 life_->received[state.applied] = state;
                 step(raft::Received{message});
               });
}

void RaftMember::write(Number request) {
  life_->writes[request] = true;
  std::vector<raft::Proposal> batch;
  batch.push_back({raft::EntryType::normal, command_of(request)});
  const raft::Actions actions = life_->node.propose(std::move(batch));
  if (actions.proposals_dropped) {
    life_->writes.erase(request);
    host_.replied(*this, {.request = request});
  }
  carry_out(actions);
}

void RaftMember::read(Number request) {
  step(raft::ReadAsked{command_of(request)});
}

void RaftMember::change(const raft::ConfChange& change) {
  step(raft::Proposed{{raft::testing::proposal_of(change)}});
}

// ---- The node and its actions

void RaftMember::step(const raft::Event& event) {
  carry_out(life_->node.step(event));
}

void RaftMember::carry_out(const raft::Actions& actions) {
  host_.stepped(*this, actions);
  for (const raft::Message& message : actions.send) send(message);
  if (actions.persist) persist(*actions.persist);
  for (const raft::ReadReady& read : actions.reads) {
    const raft::Entry named{.data = read.context};
    life_->reads.emplace(read.index, *request_of(named));
  }
  for (const SharedBytes& dropped : actions.reads_dropped) {
    host_.replied(*this, {.request = *request_of(raft::Entry{.data = dropped})});
  }
  for (const raft::Entry& entry : actions.apply) life_->to_apply.push_back(entry);
  serve_reads();
  apply_soon();
}

void RaftMember::send(const raft::Message& message) {
  Packet packet{.message = message, .state = {}};
  if (message.type != raft::MessageType::snapshot) {
    const bool is_lost = !host_.post(packet);
    if (is_lost && rng_.chance(1, 4)) {
      later(Time{1'000}, [this, to = message.to] { step(raft::Unreachable{to}); });
    }
    return;
  }
  claim(message.snapshot->index == life_->state.applied, "a snapshot is of what is applied");
  claim(message.snapshot->conf == life_->state.conf, "and of the configuration of that point");
  packet.state = life_->state;
  report_snapshot(message.to, host_.post(packet));
}

void RaftMember::report_snapshot(MemberId to, bool arrived) {
  later(Time{rng_.between(1'000, 300'000)}, [this, to, arrived] {
    step(raft::SnapshotReported{to, arrived});
  });
}

void RaftMember::persist(const raft::Persist& persist) {
  // What waits to be applied is part of the snapshot.
  if (persist.snapshot) life_->to_apply.clear();
  log_.write([persist](raft::testing::DurableLog& image) { image.write(persist); },
             [this, id = persist.id, snapshot = persist.snapshot] {
               // Several writes may be reported as one, by the last of them.
               const bool is_told_later = log_.under_way() > 0 && rng_.chance(1, 3);
               if (!is_told_later) step(raft::Persisted{id});
               if (snapshot) {
                 later(Time{rng_.between(0, 20'000)},
                       [this, index = snapshot->index] { adopt(index); });
               }
             });
}

void RaftMember::adopt(Index index) {
  if (index <= life_->state.applied) return;
  life_->state = life_->received.at(index);
  world_.trace.note(id(), "adopts snapshot " + std::to_string(index.value()));
  host_.adopted(*this, index, life_->state.hash);
  flush();
  step(raft::Applied{index});
  serve_reads();
}

// ---- The state machine

void RaftMember::apply_soon() {
  if (life_->to_apply.empty() || life_->is_applying) return;
  life_->is_applying = true;
  const Time takes{options_.applies_late ? rng_.between(0, 50'000) : 0};
  later(takes, [this] {
    life_->is_applying = false;
    apply_all();
  });
}

void RaftMember::apply_all() {
  // A step within may hand out more, or a snapshot that makes all of this unnecessary.
  while (!life_->to_apply.empty()) {
    const raft::Entry entry = std::move(life_->to_apply.front());
    life_->to_apply.pop_front();
    apply(entry);
  }
  serve_reads();
}

void RaftMember::apply(const raft::Entry& entry) {
  State& state = life_->state;
  claim(entry.index == state.applied.next(), "entries are applied in order, none twice");
  state.applied = entry.index;
  state.hash = hash_after(state.hash, entry);
  host_.applied(*this, entry, state.hash);
  if (const std::optional<Number> request = request_of(entry)) {
    if (life_->writes.erase(*request) > 0) {
      host_.replied(*this, {.request = *request, .is_done = true, .index = entry.index});
    }
  }
  if (entry.type == raft::EntryType::normal) {
    step(raft::Applied{entry.index});
  } else {
    apply_conf(entry);
  }
  if (++life_->flushed >= rng_.below(2 * options_.flush_entries)) flush();
}

void RaftMember::apply_conf(const raft::Entry& entry) {
  raft::ConfChange change = raft::testing::conf_change_from(entry.data.view());
  // A change that is not possible any more is refused, by all members alike.
  if (!life_->node.can_apply(change)) change = {{}, {raft::ConfChangeSingle{}}};
  const Index index = entry.index;
  const raft::Actions actions = life_->node.step(raft::ConfApplied{index, change});
  life_->state.conf = life_->node.conf_state();
  carry_out(actions);
}

void RaftMember::serve_reads() {
  while (!life_->reads.empty() && life_->reads.begin()->first <= life_->state.applied) {
    const Number request = life_->reads.begin()->second;
    life_->reads.erase(life_->reads.begin());
    host_.replied(*this, {.request = request,
                          .is_done = true,
                          .index = life_->state.applied,
                          .state_hash = life_->state.hash});
  }
}

// ---- The store

void RaftMember::flush() {
  life_->flushed = 0;
  store_.write(
      [state = life_->state](StoreImage& image) {
        image.state = state;
        std::erase_if(image.received, [&](const auto& one) { return one.first <= state.applied; });
      },
      [this, flushed = life_->state.applied] { forget_log(flushed); });
}

void RaftMember::forget_log(Index flushed) {
  if (flushed.value() <= options_.log_entries_kept) return;
  const Index index{flushed.value() - rng_.below(options_.log_entries_kept + 1)};
  step(raft::Compacted{index});
  log_.discard([index](raft::testing::DurableLog& image) { image.release(index); });
}

}  // namespace quorate::sim
