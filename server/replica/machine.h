// The replicated state machine: what applied commands make of the state. The same commands in the
// same order give the same state, answers and rows on every member.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/log.h"
#include "server/lease/lessor.h"
#include "server/membership/downgrade.h"
#include "server/membership/members.h"
#include "server/mvcc/table.h"
#include "server/replica/access.h"
#include "server/replica/alarms.h"
#include "server/replica/command.h"
#include "server/replica/config.h"
#include "server/replica/outcome.h"
#include "server/replica/ports.h"
#include "server/replica/status.h"

namespace raftpb {
class ConfChange;
}

namespace quorate::replica {

// Home: state thread.
class Machine {
 public:
  struct Options {
    std::size_t cache_bytes_max = 0;
    std::int64_t lease_ttl_min = 0;
    std::chrono::seconds lease_checkpoint_interval{};
    std::size_t learners_max = 1;
    // Nothing before this revision can be read any more: its rows may be walked and dropped.
    std::function<void(Revision)> compacted;
    auth::Store::PasswordHash hash_password;
  };
  // Takes members, cluster version, leases and alarms out of `restored`. Clock and tokens outlive
  // the machine; the clock is for the leader's view of leases only, never for what is replicated.
  Machine(Options options, Restored& restored, auth::TokenProvider& tokens, const Clock& clock,
          Log log);
  // Start-up: the rows of the file, those of each key in order.
  void restore(const mvcc::Row& row);
  // Start-up: what the file holds of users and roles. Rows of other areas are passed over.
  [[nodiscard]] Status restore_access(const std::vector<AreaChange>& rows);

  // A command on its way through: made once, applied when no row is missing. Views into `command`,
  // which outlives it.
  struct Work {
    using Waiting = auth::Store::Waiting;
    Work(const Command& work, Index entry, Waiting waits);
    const Command& command;
    Index index;  // of its entry
    Waiting waiting;
    std::optional<mvcc::TxnOp> txn;
  };
  // Rows that must be held by the table before the command can be applied.
  [[nodiscard]] std::vector<RowNumber> needed_rows(const Work& work) const;
  [[nodiscard]] Result<Applied> apply(const Work& work);
  [[nodiscard]] Status change_members(const raftpb::ConfChange& change);

  [[nodiscard]] mvcc::Table& table() { return table_; }
  [[nodiscard]] const mvcc::Table& table() const { return table_; }
  [[nodiscard]] lease::Lessor& leases() { return leases_; }
  [[nodiscard]] const lease::Lessor& leases() const { return leases_; }
  [[nodiscard]] const Access& access() const { return access_; }
  [[nodiscard]] const membership::Members& members() const { return members_; }
  [[nodiscard]] const std::string& cluster_version() const { return cluster_version_; }
  [[nodiscard]] const membership::Downgrade& downgrade() const { return downgrade_; }
  [[nodiscard]] const Alarms& alarms() const { return alarms_; }
  [[nodiscard]] Counters& counters() { return counters_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

  // What was changed and not yet given to the table's file.
  [[nodiscard]] TableBatch& batch() { return batch_; }
  [[nodiscard]] TableBatch take_batch();
  void change_area(Area area, std::string key, std::optional<std::string> value);

 private:
  Result<Applied> run(const Work& work, const PutView& request);
  Result<Applied> run(const Work& work, const etcdserverpb::DeleteRangeRequest& request);
  Result<Applied> run(const Work& work, const etcdserverpb::TxnRequest& request);
  Result<Applied> run(const Work& work, const etcdserverpb::CompactionRequest& request);
  Result<Applied> run(const Work& work, const etcdserverpb::LeaseGrantRequest& request);
  Result<Applied> run(const Work& work, const etcdserverpb::LeaseRevokeRequest& request);
  Result<Applied> run(const Work& work, const etcdserverpb::AlarmRequest& request);
  Result<Applied> run(const Work& work, const etcdserverpb::LeaseCheckpointRequest& request);
  Result<Applied> run(const Work& work, const etcdserverpb::InternalAuthenticateRequest& request);
  template <ChangesAccess Change>
  Result<Applied> run(const Work& /*work*/, const Change& request) {
    if (const Status status = access_.store().apply(request); !status) return status.error();
    save_access();
    return applied();
  }
  Result<Applied> run(const Work& work, const membershippb::ClusterVersionSetRequest& request);
  Result<Applied> run(const Work& work, const membershippb::ClusterMemberAttrSetRequest& request);
  Result<Applied> run(const Work& work, const membershippb::DowngradeInfoSetRequest& request);
  [[nodiscard]] Status check_alarms(const Request& request) const;
  void raise(const Alarm& alarm);
  void count_rows(std::size_t from);
  void save_member(MemberId id);
  [[nodiscard]] Applied applied(Outcome outcome = Nothing{}) const {
    return {table_.revision(), std::move(outcome)};
  }

  void save(lease::RecordChange change);
  void save_access();

  Options options_;
  const Clock& clock_;
  Log log_;
  lease::Lessor leases_;
  Access access_;
  mvcc::Table table_;
  membership::Members members_;
  std::string cluster_version_;
  membership::Downgrade downgrade_;
  Alarms alarms_;
  Counters counters_;
  TableBatch batch_;
};

}  // namespace quorate::replica
