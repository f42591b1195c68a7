#include "server/lease/lessor.h"

#include <algorithm>
#include <ostream>

#include "common/ensure.h"

namespace quorate::lease {

Lessor::Lessor(std::int64_t ttl_min, const TimekeeperOptions& options)
    : book_{ttl_min}, timekeeper_{book_, options} {}

Result<Record> Lessor::grant(LeaseId id, std::int64_t ttl, Clock::Steady now) {
  auto granted = book_.grant(id, ttl);
  if (granted) timekeeper_.granted(id, now);
  return granted;
}

Result<std::vector<std::string>> Lessor::revoke(LeaseId id) {
  timekeeper_.revoking(id);
  return book_.revoke(id);
}

std::optional<Record> Lessor::checkpoint(LeaseId id, std::int64_t remaining) {
  auto record = book_.checkpoint(id, remaining);
  if (record) timekeeper_.checkpointed(id);
  return record;
}

void Lessor::clear() {
  ENSURE(!timekeeper_.is_primary());
  book_.clear();
}

void Lessor::restore(const Record& record) {
  ENSURE(!timekeeper_.is_primary());
  book_.restore(record);
}

void Lessor::restore_key(LeaseId id, std::string_view key) {
  ENSURE(!timekeeper_.is_primary());
  book_.restore_key(id, key);
}

std::vector<LeaseId> Lessor::list() const {
  if (timekeeper_.is_primary()) return timekeeper_.list();
  std::vector<LeaseId> ids;
  ids.reserve(book_.size());
  book_.visit([&](const Record& record) { ids.push_back(record.id); });
  std::ranges::sort(ids);
  return ids;
}

void Lessor::dump(std::ostream& out) const {
  out << "leases count=" << book_.size() << " keys=" << book_.attached_keys() << '\n';
  timekeeper_.dump(out);
}

}  // namespace quorate::lease
