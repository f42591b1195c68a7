// Which leases there are and which keys belong to them: the half of leases that is the same on
// every member, because only applied entries change it. It knows no time; who counts the seconds is
// the leader's Timekeeper.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "common/function_ref.h"
#include "common/result.h"
#include "common/rng.h"
#include "server/lease/attached_keys.h"
#include "server/lease/record.h"
#include "server/mvcc/lease_book.h"

namespace quorate::lease {

// What every TTL is raised to, in seconds: one and a half election timeouts, so that a lease
// outlives the change of a leader. Counted as etcd 3.4 does, in whole heartbeats: an election
// timeout of 700 ms gives 1 s, of 1000 ms 2 s, of 1400 ms 3 s.
[[nodiscard]] std::int64_t shortest_ttl(std::chrono::milliseconds election_timeout,
                                        std::chrono::milliseconds heartbeat);

// Home: state thread.
class Book final : public mvcc::LeaseBook {
 public:
  // `ttl_min` depends on flags, as in etcd: members with different election timeouts store
  // different TTLs for the same entry.
  explicit Book(std::int64_t ttl_min);
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  // ---- Applied entries. What they return is to be stored; an error leaves everything as it was.

  // etcd 3.4 refuses first a TTL above kTtlMax, then an id in use; a TTL below the minimum, also a
  // negative one, is raised, and the raised TTL is what it stores and reports.
  [[nodiscard]] Result<Record> grant(LeaseId id, std::int64_t ttl);
  // The lease is gone; returns its keys, ascending, to be deleted in this order in one revision.
  // When there are none, etcd 3.4 makes no revision.
  [[nodiscard]] Result<std::vector<std::string>> revoke(LeaseId id);
  // Seconds left as the leader saw it; 0 means the whole TTL again. Nothing for an unknown lease,
  // which is no error in etcd: it may have been revoked since.
  std::optional<Record> checkpoint(LeaseId id, std::int64_t remaining);

  // ---- mvcc::LeaseBook

  [[nodiscard]] bool exists(LeaseId id) const override { return slot_of(id).has_value(); }
  void attach(LeaseId id, std::string_view key) override;
  void detach(std::string_view key) override { keys_.detach(key); }

  // ---- Start-up and received snapshots: clear, all records, then the rows in their order.

  void clear();
  // A TTL below the minimum is raised, as etcd does. Requires: no such lease yet, and a record as
  // parse_record returns it.
  void restore(const Record& record);
  // A row names this lease for the key; 0 for a row without a lease and for a tombstone. Old rows
  // may name leases that are gone.
  void restore_key(LeaseId id, std::string_view key);

  // ---- Questions

  [[nodiscard]] std::optional<Record> find(LeaseId id) const;
  [[nodiscard]] std::size_t size() const { return index_.size(); }
  [[nodiscard]] std::size_t attached_keys() const { return keys_.size(); }
  void visit(FunctionRef<void(const Record&)> visitor) const;
  // The keys of a lease, in no particular order, as etcd answers them. None for an unknown lease.
  void visit_keys(LeaseId id, AttachedKeys::Visitor visitor) const;
  [[nodiscard]] LeaseId lease_of(std::string_view key) const;  // 0 = none
  // For a grant that leaves the choice to us: positive, as etcd's, and free.
  [[nodiscard]] LeaseId unused_id(Rng& rng) const;

  // ---- For the timekeeper: leases are numbered densely; a number stays with its lease until that
  // is revoked, then it is used again.

  using Slot = AttachedKeys::Lease;
  [[nodiscard]] std::optional<Slot> slot_of(LeaseId id) const;
  [[nodiscard]] std::size_t slot_count() const { return records_.size(); }
  [[nodiscard]] bool is_used(Slot slot) const { return records_[slot].id != LeaseId{}; }
  [[nodiscard]] const Record& at(Slot slot) const { return records_[slot]; }

 private:
  struct Hash {
    using is_transparent = void;
    const std::vector<Record>* records;
    std::size_t operator()(LeaseId id) const { return std::hash<LeaseId>{}(id); }
    std::size_t operator()(Slot slot) const { return (*this)((*records)[slot].id); }
  };
  struct Equal {
    using is_transparent = void;
    const std::vector<Record>* records;
    bool operator()(Slot a, Slot b) const { return a == b; }
    bool operator()(LeaseId id, Slot b) const { return id == (*records)[b].id; }
    bool operator()(Slot a, LeaseId id) const { return id == (*records)[a].id; }
  };

  void add(const Record& record);

  std::int64_t ttl_min_;
  std::vector<Record> records_;  // by slot; id 0 = free
  std::vector<Slot> free_;
  boost::unordered_flat_set<Slot, Hash, Equal> index_;  // by id
  AttachedKeys keys_;
};

}  // namespace quorate::lease
