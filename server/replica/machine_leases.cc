// Leases as replicated state. What is due to be revoked the leader decides: see replica_leases.cc.
#include <utility>

#include "server/replica/machine.h"

namespace quorate::replica {

Result<Applied> Machine::run(const Work& /*work*/, const etcdserverpb::LeaseGrantRequest& request) {
  auto record = leases_.grant(LeaseId{request.id()}, request.ttl(), clock_.now());
  if (!record) return record.error();
  save(lease::stored(*record));
  ++counters_.leases_granted;
  counters_.lease_ttls.add(record->ttl);
  return applied(*record);
}

Result<Applied> Machine::run(const Work& /*work*/,
                             const etcdserverpb::LeaseRevokeRequest& request) {
  const LeaseId id{request.id()};
  const auto keys = leases_.revoke(id);
  if (!keys) return keys.error();
  save(lease::removed(id));
  ++counters_.leases_revoked;
  const std::size_t before = batch_.rows.size();
  table_.remove_keys(*keys, batch_.rows);
  count_rows(before);
  return applied();
}

Result<Applied> Machine::run(const Work& /*work*/,
                             const etcdserverpb::LeaseCheckpointRequest& request) {
  for (const auto& each : request.checkpoints()) {
    const auto record = leases_.checkpoint(LeaseId{each.id()}, each.remaining_ttl());
    if (record) save(lease::stored(*record));
  }
  return applied();
}

void Machine::save(lease::RecordChange change) {
  change_area(Area::lease, std::move(change.key), std::move(change.value));
}

}  // namespace quorate::replica
