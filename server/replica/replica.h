// One member's whole state and its one thread of decisions: requests become log entries, committed
// entries become state, state becomes answers. Pure: everything outside goes through ports.
//
//   propose() --> turn's batch --> raft::Node --> LogPort --> committed --> apply --> CommandDone
//                                                                            |
//                                                             TableBatch --> TablePort
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/home.h"
#include "common/log.h"
#include "common/url.h"
#include "server/raft/node.h"
#include "server/replica/compaction.h"
#include "server/replica/config.h"
#include "server/replica/history_read.h"
#include "server/replica/machine.h"
#include "server/replica/pending.h"
#include "server/replica/pending_changes.h"
#include "server/replica/range_read.h"
#include "server/replica/read_index.h"
#include "server/replica/read_pins.h"
#include "server/replica/request_ids.h"
#include "server/replica/rows.h"
#include "server/replica/watch_history.h"
#include "server/watch/hub.h"

namespace raftpb {
class ConfChange;
}

namespace quorate::replica {

// Home: state thread.
class Replica {
 public:
  // The ports and the clock outlive the replica. Rows of the file go into machine() before start().
  Replica(Config config, Ports ports, Restored restored, Rng rng, const Clock& clock, Log log);

  // ---- The owner's side

  // `ready` is called once: this member has applied everything and published itself.
  void start(std::function<void()> ready);
  // A compaction that an earlier process did not finish goes on.
  void resume_compaction(Revision at) { compaction_.start(at); }
  void tick();  // once per heartbeat interval
  void receive(raft::Message message);
  void flush();  // the turn ends: propose and write what came together
  void table_advanced(const TableWritten& written);  // more of the file is durable
  // Answers everybody who waits with "server stopped".
  void stop();

  // Runs soon, when nobody is in the middle of anything.
  void later(Callback<void()> work) { ports_.tasks.later(std::move(work)); }

  // ---- Requests

  // `wire`: the bytes `request` was parsed from; they go into the log as they are. In nobody's name
  // unless there is one.
  void propose(Request request, std::string_view wire, CommandDone done) {
    propose(auth::Identity{}, std::move(request), wire, std::move(done));
  }
  void propose(auth::Identity who, Request request, std::string_view wire, CommandDone done);
  // Calls back when a read of the state as it is then is linearizable.
  void confirm_read(ReadWaiter waiter);
  [[nodiscard]] std::shared_ptr<RangeRead> make_range_read(RangeQuery query, RangeTaker& taker);
  [[nodiscard]] std::shared_ptr<HistoryRead> make_history_read(RowNumber after,
                                                               HistoryTaker& taker);
  // A transaction without writes, on the state as it is once its rows are at hand. `op` lives until
  // then.
  using TxnRead = Callback<void(Result<mvcc::TxnOutcome>)>;
  void read_txn(const mvcc::TxnOp& op, TxnRead done);
  // Rows an outcome names, which compaction spares until they are there.
  void fetch_rows(const std::vector<RowNumber>& rows, Rows::Done done);
  // The lease runs for its whole time again; 0 when there is no such lease, or none any more.
  using Renewed = Callback<void(Result<std::int64_t>)>;
  void renew_lease(LeaseId id, Renewed done);
  // Whole seconds left, as the leader knows; nothing when there is no such lease.
  [[nodiscard]] Result<std::optional<std::int64_t>> lease_remaining(LeaseId id) const;
  [[nodiscard]] LeaseId unused_lease_id();
  // Changes of the members. Answered with all members once they are applied.
  using MembersChanged = Callback<void(Result<std::vector<membership::Member>>)>;
  void add_member(const std::vector<Url>& peer_urls, membership::MemberKind kind,
                  MembersChanged done);
  void remove_member(MemberId id, MembersChanged done);
  void update_member(MemberId id, std::vector<std::string> peer_urls, MembersChanged done);
  void promote_member(MemberId id, MembersChanged done);
  // What was asked is answered at the ends of turns. `port` outlives the stream.
  [[nodiscard]] std::unique_ptr<watch::WatchStream> open_watch(watch::StreamPort& port);
  [[nodiscard]] watch::Stats watch_stats() const { return watches_.stats(); }
  // Calls back when everything compacted so far is gone from the file.
  void when_compacted(Callback<void()> done);
  // Calls back when the file has everything applied so far.
  void when_written(Callback<void()> done);
  // Hands the lead to this member; calls back when it leads.
  void move_leader(MemberId to, Callback<void(Status)> done);

  // ---- State

  [[nodiscard]] Machine& machine() { return machine_; }
  [[nodiscard]] const Machine& machine() const { return machine_; }
  [[nodiscard]] mvcc::Table& table() { return machine_.table(); }
  [[nodiscard]] const mvcc::Table& table() const { return machine_.table(); }
  [[nodiscard]] const Access& access() const { return machine_.access(); }
  [[nodiscard]] const membership::Members& members() const { return machine_.members(); }
  [[nodiscard]] const std::string& cluster_version() const { return machine_.cluster_version(); }
  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] Index applied() const { return applied_; }
  [[nodiscard]] RaftStatus raft_status() const;
  [[nodiscard]] const Counters& counters() const { return machine_.counters(); }
  [[nodiscard]] std::size_t proposals_pending() const { return pending_.size(); }
  [[nodiscard]] TableSize table_size() const { return size_; }
  void set_table_size(TableSize size) { size_ = size; }
  void dump(std::ostream& out) const;

 private:
  // Each brings some megabytes at most.
  static constexpr std::size_t kColdReadsMax = 16;

  [[nodiscard]] ReadContext read_context();
  void step(const raft::Event& event) { carry_out(node_.step(event)); }
  void carry_out(raft::Actions actions);
  void campaign_alone();
  [[nodiscard]] Status admit_stranger(const auth::Identity& who, const Request& request) const;
  [[nodiscard]] Status has_room_for(std::size_t entry_bytes) const;
  [[nodiscard]] bool may_propose() const;
  void propose_batch();
  void ask_read_index();
  void leader_changed(const raft::SoftState& state);

  void show_rows(std::size_t from);
  void tell_watchers();

  void answer_transfers();

  void lead_leases(const raft::Entry& entry);
  void end_leases();
  void propose_revoke(LeaseId id);
  void propose_checkpoints(const std::vector<lease::Checkpoint>& checkpoints, Renewed done,
                           std::int64_t ttl);
  void answer_renewals();

  void apply_committed();
  bool apply(const raft::Entry& entry);  // false: rows are being fetched, try again then
  bool apply_command(const raft::Entry& entry);
  void begin_command(const raft::Entry& entry);
  [[nodiscard]] bool fetch_needed_rows();
  void apply_conf_change(const raft::Entry& entry);
  [[nodiscard]] Status check_in_sync(MemberId id) const;
  void propose_change(raftpb::ConfChange change, MembersChanged done);
  void answer_change(RequestId id, const Status& status);

  [[nodiscard]] bool has_space_for(const Request& request) const;
  [[nodiscard]] bool is_held_back(const Request& request) const;
  void refuse_for_space(Request refused, CommandDone done);

  void write_batch();
  void compacted(Revision at);
  void trim_log();

  void publish();
  void published(const Result<Applied>& result);
  void version_set(const Result<Applied>& result);
  template <class Message>
  void propose_own(Message request, void (Replica::*done)(const Result<Applied>&));
  void become_ready();

  // The command of the first entry of to_apply_, kept while it waits for rows.
  struct InProgress {
    InProgress(PendingCommands::Entry entry, Index index)
        : pending{std::move(entry)},
          work{pending.command, index, Machine::Work::Waiting{static_cast<bool>(pending.done)}} {}
    PendingCommands::Entry pending;
    Machine::Work work;  // views into it: neither is moved
  };

  Home home_;
  Config config_;
  Ports ports_;
  const Clock& clock_;
  Log log_;
  Machine machine_;
  Rng rng_;  // for ids
  raft::Node node_;
  RequestIds ids_;
  PendingCommands pending_;
  PendingChanges pending_changes_;
  ReadIndexQueue reads_;
  ReadPins pins_;
  ReadGate gate_{kColdReadsMax};
  Rows rows_;
  WatchHistory watch_history_;
  watch::Hub watches_;
  Compaction compaction_;
  std::vector<Callback<void()>> compaction_waiters_;

  // Keep-alives of leases that ended and are not revoked yet.
  struct WaitingRenewal {
    LeaseId id;
    std::uint64_t deadline_tick;
    Renewed done;
  };
  std::deque<WaitingRenewal> renewals_;
  struct WaitingTransfer {
    MemberId to;
    std::uint64_t deadline_tick;
    Callback<void(Status)> done;
  };
  std::vector<WaitingTransfer> transfers_;
  std::vector<PendingCommands::Entry> space_waiters_;  // over the quota, until the alarm is there
  bool has_lease_work_ = false;                        // a tick passed, or a revoke was applied

  std::uint64_t now_ticks_ = 0;
  std::uint64_t applied_tick_ = 0;         // when the last entry was applied
  std::uint64_t written_tick_ = 0;         // when the file was last given something
  std::vector<raft::Proposal> proposals_;  // of this turn, or waiting for a leader
  std::size_t proposed_bytes_ = 0;
  std::deque<raft::Entry> to_apply_;  // committed
  std::optional<InProgress> in_progress_;
  bool is_stalled_ = false;  // in_progress_ waits for rows
  bool is_applying_ = false;
  Index applied_;
  TableSize size_;
  std::function<void()> ready_;
  bool is_publishing_ = false;
  bool is_stopped_ = false;
};

}  // namespace quorate::replica
