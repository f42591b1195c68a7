// Leases as the replica uses them: the book that applied entries change and the leader's clock over
// it, kept in step.
//
// The replica applies lease_grant, lease_revoke and lease_checkpoint entries here and stores what
// they return. When it leads and has applied everything of earlier terms it calls promote(); then
// poll() on each tick and after applied revokes, and proposes what is due: in its own term only,
// never forwarded.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "server/lease/book.h"
#include "server/lease/timekeeper.h"

namespace quorate::lease {

// Home: state thread.
class Lessor {
 public:
  // `ttl_min` is shortest_ttl() of the configuration.
  explicit Lessor(std::int64_t ttl_min, const TimekeeperOptions& options = {});

  // ---- Applied entries; see Book. `now` only matters to the leader.

  [[nodiscard]] Result<Record> grant(LeaseId id, std::int64_t ttl, Clock::Steady now);
  [[nodiscard]] Result<std::vector<std::string>> revoke(LeaseId id);
  std::optional<Record> checkpoint(LeaseId id, std::int64_t remaining);

  // ---- Start-up and received snapshots; see Book. Requires: not primary.

  void clear();
  void restore(const Record& record);
  void restore_key(LeaseId id, std::string_view key);

  [[nodiscard]] const Book& book() const { return book_; }
  [[nodiscard]] mvcc::LeaseBook& attachments() { return book_; }  // for the table

  // ---- The leader's side: see Timekeeper.

  [[nodiscard]] Timekeeper& timekeeper() { return timekeeper_; }
  [[nodiscard]] const Timekeeper& timekeeper() const { return timekeeper_; }

  // For LeaseLeases, which every member answers by itself: by their ends on the leader. Elsewhere
  // etcd knows no ends and its order is any; ours is by id.
  [[nodiscard]] std::vector<LeaseId> list() const;

  void dump(std::ostream& out) const;

 private:
  Book book_;
  Timekeeper timekeeper_;
};

}  // namespace quorate::lease
