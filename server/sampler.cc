#include "server/sampler.h"

#include <fstream>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/heap.h"
#include "common/hex.h"
#include "server/config/machine.h"

namespace quorate {
namespace {

// Counters only grow: what is missing is added.
void raise(metrics::Counter& counter, std::uint64_t value) {
  counter.add(value - counter.value());
}

void sample_raft(const replica::Replica& replica, metrics::Server& out) {
  const auto raft = replica.raft_status();
  const auto* self = replica.members().find(replica.config().id);
  out.has_leader.set(raft.leader == MemberId{} ? 0 : 1);
  out.is_leader.set(raft.role == raft::Role::leader ? 1 : 0);
  out.is_learner.set(self != nullptr && self->is_learner ? 1 : 0);
  out.proposals_committed.set(static_cast<double>(raft.commit.value()));
  out.proposals_applied.set(static_cast<double>(raft.applied.value()));
  out.proposals_pending.set(static_cast<double>(replica.proposals_pending()));
  raise(out.leader_changes_seen, replica.counters().leader_changes);
  raise(out.proposals_failed, replica.counters().proposals_failed);
}

// What was raised once stays on the page, as 0 when it is over.
void sample_alarms(const replica::Replica& replica, metrics::Server& out) {
  std::vector<std::vector<std::string>> known;
  out.alarms.for_each([&](const auto& labels, const auto&) { known.push_back(labels); });
  for (const auto& labels : known) out.alarms.with(labels).set(0);
  for (const auto& alarm : replica.machine().alarms().list(etcdserverpb::NONE)) {
    out.alarms.with({to_hex(alarm.member), etcdserverpb::AlarmType_Name(alarm.type)}).set(1);
  }
}

void sample_store(const replica::Replica& replica, metrics::Mvcc& out) {
  const auto& counters = replica.counters();
  raise(out.put, counters.puts);
  raise(out.del, counters.deletes);
  raise(out.txn, counters.txns);
  raise(out.db_compaction_keys, counters.rows_compacted);
  out.total_put_size.set(static_cast<double>(counters.put_bytes));
  out.keys.set(static_cast<double>(replica.table().index().live_keys()));
  out.current_revision.set(static_cast<double>(replica.table().revision().value()));
  out.compact_revision.set(static_cast<double>(replica.table().compacted().value()));
  out.db_total_size.set(static_cast<double>(replica.table_size().allocated_bytes));
  out.db_total_size_in_use.set(static_cast<double>(replica.table_size().used_bytes));
  out.db_compaction_last.set(static_cast<double>(counters.last_compaction.count()));
}

void sample_watches(const replica::Replica& replica, metrics::Mvcc& out) {
  const auto stats = replica.watch_stats();
  out.watch_stream.set(static_cast<double>(stats.streams));
  out.watcher.set(static_cast<double>(stats.watchers));
  out.slow_watcher.set(static_cast<double>(stats.slow_watchers));
  out.pending_events.set(static_cast<double>(stats.pending_events));
  raise(out.events, stats.events_sent);
}

void sample_leases(const replica::Counters& counters, metrics::Metrics& out) {
  raise(out.lease.granted, counters.leases_granted);
  raise(out.lease.revoked, counters.leases_revoked);
  raise(out.lease.renewed, counters.leases_renewed);
  raise(out.server.lease_expired, counters.leases_expired);
  out.lease.ttl.mirror(counters.lease_ttls.counts, static_cast<double>(counters.lease_ttls.sum));
}

const char* state_name(raft::Role role) {
  switch (role) {
    case raft::Role::leader:
      return "StateLeader";
    case raft::Role::candidate:
      return "StateCandidate";
    case raft::Role::pre_candidate:
      return "StatePreCandidate";
    case raft::Role::follower:
      break;
  }
  return "StateFollower";
}

// The command line as the kernel has it: the arguments, each ended by a zero byte.
nlohmann::ordered_json command_line() {
  nlohmann::ordered_json words = nlohmann::ordered_json::array();
  std::ifstream file{"/proc/self/cmdline"};
  for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
  return words;
}

}  // namespace

void sample(const replica::Replica& replica, metrics::Metrics& metrics) {
  // "3.5.0" shows as "3.5".
  const std::string& version = replica.cluster_version();
  if (!version.empty()) {
    metrics.server.cluster_version.with({version.substr(0, version.rfind('.'))}).set(1);
  }
  sample_raft(replica, metrics.server);
  sample_alarms(replica, metrics.server);
  sample_store(replica, metrics.mvcc);
  sample_watches(replica, metrics.mvcc);
  sample_leases(replica.counters(), metrics);
  metrics.server.auth_revision.set(
      static_cast<double>(replica.access().store().revision().value()));
}

std::string debug_variables(const replica::Replica& replica) {
  const auto raft = replica.raft_status();
  const HeapUse heap = heap_use();
  nlohmann::ordered_json status;
  status["id"] = to_hex(replica.config().id);
  status["term"] = raft.term.value();
  status["vote"] = to_hex(raft.vote);
  status["commit"] = raft.commit.value();
  status["lead"] = to_hex(raft.leader);
  status["raftState"] = state_name(raft.role);
  status["applied"] = raft.applied.value();
  status["progress"] = nlohmann::ordered_json::object();
  status["leadtransferee"] = "0";
  nlohmann::ordered_json stats;
  stats["Alloc"] = heap.used_bytes;
  stats["Sys"] = heap.obtained_bytes;
  const auto dump = [](const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  };
  return "{\n\"cmdline\": " + dump(command_line()) +
         ",\n\"file_descriptor_limit\": " + std::to_string(config::file_descriptors_max()) +
         ",\n\"memstats\": " + dump(stats) + ",\n\"raft.status\": " + dump(status) + "\n}\n";
}

}  // namespace quorate
