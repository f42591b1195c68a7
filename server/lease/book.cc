#include "server/lease/book.h"

#include <algorithm>
#include <limits>

#include "common/ensure.h"
#include "server/mvcc/table.h"

namespace quorate::lease {

std::int64_t shortest_ttl(std::chrono::milliseconds election_timeout,
                          std::chrono::milliseconds heartbeat) {
  ENSURE(heartbeat.count() > 0);
  const auto election_ticks = election_timeout / heartbeat;
  return std::chrono::ceil<std::chrono::seconds>(election_ticks * 3 / 2 * heartbeat).count();
}

Book::Book(std::int64_t ttl_min) : ttl_min_{ttl_min}, index_{0, Hash{&records_}, Equal{&records_}} {
  ENSURE(ttl_min > 0);
  ENSURE(ttl_min <= kTtlMax);
}

Result<Record> Book::grant(LeaseId id, std::int64_t ttl) {
  if (id == LeaseId{}) return mvcc::lease_not_found_error();
  if (ttl > kTtlMax) return Error{Code::out_of_range, "etcdserver: too large lease TTL"};
  if (exists(id)) return Error{Code::failed_precondition, "etcdserver: lease already exists"};
  const Record record{id, std::max(ttl, ttl_min_), 0};
  add(record);
  return record;
}

Result<std::vector<std::string>> Book::revoke(LeaseId id) {
  const auto slot = slot_of(id);
  if (!slot) return mvcc::lease_not_found_error();
  std::vector<std::string> keys;
  keys_.visit(*slot, [&](std::string_view key) { keys.emplace_back(key); });
  std::ranges::sort(keys);
  keys_.detach_all(*slot);
  index_.erase(*slot);
  records_[*slot] = Record{};
  free_.push_back(*slot);
  return keys;
}

std::optional<Record> Book::checkpoint(LeaseId id, std::int64_t remaining) {
  const auto slot = slot_of(id);
  if (!slot) return {};
  Record& record = records_[*slot];
  record.remaining = std::clamp<std::int64_t>(remaining, 0, record.ttl);
  return record;
}

void Book::attach(LeaseId id, std::string_view key) {
  const auto slot = slot_of(id);
  ENSURE(slot.has_value());
  keys_.attach(*slot, key);
}

void Book::clear() {
  keys_.clear();
  index_.clear();
  records_.clear();
  free_.clear();
}

void Book::restore(const Record& record) {
  ENSURE(record.id != LeaseId{});
  ENSURE(record.ttl <= kTtlMax);
  ENSURE(!exists(record.id));
  const std::int64_t ttl = std::max(record.ttl, ttl_min_);
  add({record.id, ttl, std::clamp<std::int64_t>(record.remaining, 0, ttl)});
}

void Book::restore_key(LeaseId id, std::string_view key) {
  if (const auto slot = slot_of(id)) {
    keys_.attach(*slot, key);
  } else {
    keys_.detach(key);
  }
}

std::optional<Record> Book::find(LeaseId id) const {
  const auto slot = slot_of(id);
  if (!slot) return {};
  return records_[*slot];
}

void Book::visit(FunctionRef<void(const Record&)> visitor) const {
  for (const Record& record : records_) {
    if (record.id != LeaseId{}) visitor(record);
  }
}

void Book::visit_keys(LeaseId id, AttachedKeys::Visitor visitor) const {
  if (const auto slot = slot_of(id)) keys_.visit(*slot, visitor);
}

LeaseId Book::lease_of(std::string_view key) const {
  const auto slot = keys_.lease_of(key);
  return slot ? records_[*slot].id : LeaseId{};
}

LeaseId Book::unused_id(Rng& rng) const {
  for (;;) {
    const LeaseId id{rng.between(1, std::numeric_limits<std::int64_t>::max())};
    if (!exists(id)) return id;
  }
}

std::optional<Book::Slot> Book::slot_of(LeaseId id) const {
  const auto found = index_.find(id);
  if (found == index_.end()) return {};
  return *found;
}

void Book::add(const Record& record) {
  ENSURE(records_.size() < std::numeric_limits<Slot>::max());
  if (free_.empty()) {
    free_.push_back(static_cast<Slot>(records_.size()));
    records_.emplace_back();
  }
  const Slot slot = free_.back();
  free_.pop_back();
  records_[slot] = record;
  index_.insert(slot);
}

}  // namespace quorate::lease
