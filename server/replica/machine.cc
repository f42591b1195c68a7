#include "server/replica/machine.h"

#include <utility>

#include "server/replica/conf_state_json.h"
#include "server/replica/translate.h"

namespace quorate::replica {

using etcdserverpb::CompactionRequest;
using etcdserverpb::DeleteRangeRequest;
using etcdserverpb::TxnRequest;

Machine::Machine(Options options, Restored& restored, auth::TokenProvider& tokens,
                 const Clock& clock, Log log)
    : options_{std::move(options)},
      clock_{clock},
      log_{std::move(log)},
      leases_{options_.lease_ttl_min,
              lease::TimekeeperOptions{.checkpoint_interval = options_.lease_checkpoint_interval}},
      access_{tokens, options_.hash_password, leases_.book()},
      table_{options_.cache_bytes_max, leases_.attachments()},
      members_{std::move(restored.members)},
      cluster_version_{std::move(restored.cluster_version)},
      downgrade_{std::move(restored.downgrade)} {
  for (const auto& record : restored.leases) leases_.restore(record);
  for (const auto& alarm : restored.alarms) alarms_.raise(alarm);
}

void Machine::restore(const mvcc::Row& row) {
  table_.restore(row);
  if (leases_.book().size() > 0) leases_.restore_key(row.lease(), row.key());
}

Machine::Work::Work(const Command& work, Index entry, Waiting waits)
    : command{work}, index{entry}, waiting{waits} {
  if (const auto* request = std::get_if<TxnRequest>(&command.request)) {
    txn.emplace(to_op(*request));
  }
}

std::vector<RowNumber> Machine::needed_rows(const Work& work) const {
  if (work.txn) return table_.needed_rows(*work.txn);
  if (const auto* put = std::get_if<PutView>(&work.command.request)) {
    return table_.needed_rows(to_op(*put));
  }
  return {};
}

Result<Applied> Machine::apply(const Work& work) {
  const Command& command = work.command;
  Status allowed = access_.permits(command.header.who, command.request);
  if (allowed) allowed = check_alarms(command.request);
  if (!allowed) return allowed.error();
  return std::visit([&](const auto& request) { return run(work, request); }, command.request);
}

void Machine::change_area(Area area, std::string key, std::optional<std::string> value) {
  batch_.changes.push_back({area, std::move(key), std::move(value)});
}

TableBatch Machine::take_batch() {
  TableBatch taken = std::exchange(batch_, {});
  batch_.applied = taken.applied;
  batch_.term = taken.term;
  return taken;
}

// ---- Keys

Result<Applied> Machine::run(const Work& /*work*/, const PutView& request) {
  auto outcome = table_.put(to_op(request), batch_.rows);
  if (!outcome) return outcome.error();
  ++counters_.puts;
  counters_.put_bytes += request.key.size() + request.value.size();
  return applied(*outcome);
}

Result<Applied> Machine::run(const Work& /*work*/, const DeleteRangeRequest& request) {
  auto outcome = table_.remove(to_op(request), batch_.rows);
  counters_.deletes += static_cast<std::uint64_t>(outcome.deleted);
  return applied(std::move(outcome));
}

Result<Applied> Machine::run(const Work& work, const TxnRequest& /*request*/) {
  const std::size_t before = batch_.rows.size();
  auto outcome = table_.txn(*work.txn, batch_.rows);
  if (!outcome) return outcome.error();
  ++counters_.txns;
  count_rows(before);
  return applied(std::move(*outcome));
}

void Machine::count_rows(std::size_t from) {
  for (std::size_t i = from; i < batch_.rows.size(); ++i) {
    const mvcc::Row& row = *batch_.rows[i];
    if (row.is_tombstone()) {
      ++counters_.deletes;
    } else {
      ++counters_.puts;
      counters_.put_bytes += row.key().size() + row.value().size();
    }
  }
}

Result<Applied> Machine::run(const Work& /*work*/, const CompactionRequest& request) {
  const Revision at{request.revision()};
  if (const Status status = table_.compact(at); !status) return status.error();
  change_area(Area::meta, "scheduledCompactRev", encode_revision(at));
  options_.compacted(at);
  return applied();
}

}  // namespace quorate::replica
