#include "tests/raft/cluster.h"

#include <algorithm>
#include <iterator>

#include <doctest/doctest.h>

#include "common/ensure.h"
#include "server/raft/conf_changer.h"
#include "server/raft/describe.h"
#include "tests/raft/conf_change_text.h"

namespace quorate::raft::testing {

Cluster::Cluster(Options options) : options_{std::move(options)} {
  DurableLog disk;
  disk.start_index = options_.start;
  if (options_.start > Index{}) {
    disk.start_term = Term{1};
    disk.hard_state = {Term{1}, MemberId{}, options_.start};
  }
  for (const MemberId id : all_members(options_.conf)) add(id, disk, options_.conf);
}

Cluster Cluster::of(std::uint64_t voters, Disk disk) {
  Options options;
  for (std::uint64_t id = 1; id <= voters; ++id) options.conf.voters.push_back(MemberId{id});
  options.disk = disk;
  return Cluster{std::move(options)};
}

Config Cluster::config_of(MemberId id) const {
  Config config = options_.config;
  config.id = id;
  return config;
}

void Cluster::add(MemberId id, const DurableLog& disk, const ConfState& conf) {
  Member& member = members_[id];
  member.disk = disk;
  member.conf = conf;
  member.applied_index = disk.start_index;
  start(id, member);
}

void Cluster::start(MemberId id, Member& member) {
  member.node.emplace(config_of(id), Rng{options_.seed * 1000 + id.value()},
                      member.disk.restored(member.applied_index, member.conf));
  member.invariants = {};
  check(id);
}

void Cluster::restart(MemberId id, std::size_t surviving_writes) {
  Member& member = members_.at(id);
  const std::size_t kept = std::min(surviving_writes, member.writes.size());
  for (std::size_t i = 0; i < kept; ++i) member.disk.write(member.writes[i]);
  const std::optional<SnapshotMeta>& snapshot = member.disk.snapshot;
  if (snapshot && snapshot->index > member.applied_index) {
    // Its state was safe before the write: the start adopts it.
    member.conf = snapshot->conf;
    member.applied_index = snapshot->index;
  }
  member.writes.clear();
  member.to_apply.clear();
  member.to_adopt.reset();
  trace(raft::to_text(id) + " restarts");
  start(id, member);
}

Actions Cluster::step(MemberId id, const Event& event) {
  Actions actions = members_.at(id).node->step(event);
  check(id);
  carry_out(id, actions);
  return actions;
}

void Cluster::check(MemberId id) {
  Member& member = members_.at(id);
  const std::optional<std::string> broken = member.invariants.broken(*member.node);
  if (!broken) return;
  for (const std::string& line : trace_) MESSAGE(line);
  FAIL(*broken);
}

void Cluster::carry_out(MemberId id, const Actions& actions) {
  Member& member = members_.at(id);
  const std::string who = raft::to_text(id);
  if (actions.soft_state) {
    trace(who + ' ' + std::string{raft::to_text(actions.soft_state->role)} +
          " term=" + std::to_string(member.node->term().value()) +
          " leader=" + raft::to_text(actions.soft_state->leader));
  }
  if (actions.proposals_dropped) trace(who + " drops proposals");
  for (const SharedBytes& read : actions.reads_dropped) {
    trace(who + " drops read " + std::string{read.view()});
  }
  if (actions.persist) trace(who + ' ' + raft::to_text(*actions.persist));
  for (const Message& message : actions.send) {
    trace(raft::to_text(message));
    if (!isolated_[id] && !isolated_[message.to]) network_.push_back(message);
  }
  for (const ReadReady& read : actions.reads) {
    trace(who + " read " + std::string{read.context.view()} +
          " index=" + std::to_string(read.index.value()));
    member.reads.push_back(read);
  }
  for (const Entry& entry : actions.apply) {
    trace(who + " apply " + raft::to_text(entry));
    member.to_apply.push_back(entry);
  }
  if (actions.persist) {
    member.writes.push_back(*actions.persist);
    if (options_.disk == Disk::instant) write(id);
  }
  if (!member.holds_apply) apply(id);
}

void Cluster::tick(MemberId id, int times) {
  for (int i = 0; i < times; ++i) step(id, Tick{});
}

void Cluster::propose(MemberId id, const std::vector<std::string>& values) {
  Proposed batch;
  for (const std::string& value : values) {
    batch.proposals.push_back({EntryType::normal, SharedBytes{value}});
  }
  step(id, batch);
}

void Cluster::change(MemberId id, std::string_view conf_change) {
  step(id, Proposed{{proposal_of(conf_change_from(conf_change))}});
}

void Cluster::read(MemberId id, const std::string& question) {
  step(id, ReadAsked{SharedBytes{question}});
}

void Cluster::write(MemberId id, std::size_t count) {
  Member& member = members_.at(id);
  std::optional<PersistId> done;
  for (; count > 0 && !member.writes.empty(); --count) {
    const Persist persist = std::move(member.writes.front());
    member.writes.pop_front();
    member.disk.write(persist);
    if (persist.snapshot) member.to_adopt = persist.snapshot;
    done = persist.id;
  }
  if (done) step(id, Persisted{*done});
}

void Cluster::apply(MemberId id) {
  Member& member = members_.at(id);
  if (member.to_adopt) {
    const SnapshotMeta snapshot = *std::exchange(member.to_adopt, std::nullopt);
    member.applied_index = snapshot.index;
    member.conf = snapshot.conf;
    step(id, Applied{snapshot.index});
  }
  while (!member.to_apply.empty()) {
    const Entry entry = std::move(member.to_apply.front());
    member.to_apply.pop_front();
    if (entry.index <= member.applied_index) continue;  // a snapshot overtook it
    REQUIRE(entry.index == member.applied_index.next());
    member.applied.push_back(entry);
    member.applied_index = entry.index;
    if (entry.type == EntryType::normal) {
      step(id, Applied{entry.index});
      continue;
    }
    ConfChange change = conf_change_from(entry.data.view());
    if (!member.node->can_apply(change)) change = {{}, {ConfChangeSingle{}}};
    step(id, ConfApplied{entry.index, change});
    member.conf = member.node->conf_state();
    trace(raft::to_text(id) + " conf " + raft::to_text(member.conf));
  }
}

Cluster::Choice Cluster::to(MemberId id) {
  return [id](const Message& message) { return message.to == id; };
}

Cluster::Choice Cluster::any() {
  return [](const Message&) { return true; };
}

void Cluster::deliver(const Choice& choice) {
  std::deque<Message> waiting = std::exchange(network_, {});
  std::vector<Message> chosen;
  for (Message& message : waiting) {
    if (choice(message)) {
      chosen.push_back(std::move(message));
    } else {
      network_.push_back(std::move(message));
    }
  }
  for (Message& message : chosen) {
    if (members_.contains(message.to)) step(message.to, Received{std::move(message)});
  }
}

std::vector<Message> Cluster::take_network() {
  std::deque<Message> taken = std::exchange(network_, {});
  return {std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end())};
}

void Cluster::drop(const Choice& choice) {
  std::erase_if(network_, [&](const Message& message) {
    if (!choice(message)) return false;
    trace("lost " + raft::to_text(message));
    return true;
  });
}

bool Cluster::stabilize_once(const std::vector<MemberId>& among) {
  const auto is_among = [&](MemberId id) {
    return among.empty() || std::ranges::find(among, id) != among.end();
  };
  bool did_something = false;
  for (auto& [id, member] : members_) {
    if (!is_among(id)) continue;
    did_something = did_something || !member.writes.empty();
    write(id);
    const Choice here = to(id);
    did_something = did_something || std::ranges::any_of(network_, here);
    deliver(here);
  }
  return did_something;
}

void Cluster::stabilize(const std::vector<MemberId>& among) {
  constexpr int kRoundsMax = 1000;
  for (int round = 0; stabilize_once(among); ++round) REQUIRE(round < kRoundsMax);
}

void Cluster::elect(MemberId id) {
  campaign(id);
  stabilize();
  REQUIRE(leader() == id);
}

MemberId Cluster::leader() const {
  MemberId found;
  Term newest;
  for (const auto& [id, member] : members_) {
    if (member.node->role() != Role::leader || member.node->term() < newest) continue;
    REQUIRE(member.node->term() != newest);
    newest = member.node->term();
    found = id;
  }
  return found;
}

std::vector<MemberId> Cluster::ids() const {
  std::vector<MemberId> all;
  for (const auto& [id, member] : members_) all.push_back(id);
  return all;
}

std::vector<std::string> Cluster::applied(MemberId id) const {
  std::vector<std::string> values;
  for (const Entry& entry : members_.at(id).applied) {
    if (!entry.data.empty()) values.emplace_back(entry.data.view());
  }
  return values;
}

const std::vector<ReadReady>& Cluster::reads(MemberId id) const {
  return members_.at(id).reads;
}

std::size_t Cluster::writes_under_way(MemberId id) const {
  return members_.at(id).writes.size();
}

std::string Cluster::log(MemberId id) const {
  const Node& one = node(id);
  std::string text;
  for (Index index = one.first_index(); index <= one.last_index(); index = index.next()) {
    if (!text.empty()) text += ' ';
    text += std::to_string(index.value()) + '/' + std::to_string(one.term_of(index)->value());
  }
  return text;
}

}  // namespace quorate::raft::testing
