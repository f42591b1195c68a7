// What the replica needs done: the disk, the table's file, the peers. Edges implement these; so do
// simulations. Everything is called on the state home, and every callback comes back there.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/callback.h"
#include "common/result.h"
#include "server/mvcc/row.h"
#include "server/raft/node.h"

namespace quorate::replica {

// The log. Writes complete in order.
class LogPort {
 public:
  virtual ~LogPort() = default;
  virtual void append(raft::Persist batch, Callback<void()> durable) = 0;
  // Nothing up to `index` will be needed from the log any more.
  virtual void release(Index index) = 0;
};

// Which small table a change belongs to.
enum class Area : std::uint8_t {
  meta,             // counters: names as in etcd's snapshot files
  members,          // hex id -> JSON
  members_removed,  // hex id -> "removed"
  cluster,          // clusterVersion, downgrade
  lease,            // as lease::stored() says
  alarm,            // as stored_key() of alarms.h says
  auth,             // these three: as auth::Area says
  auth_users,
  auth_roles,
};

// Puts a value, or takes the key away.
struct AreaChange {
  Area area = Area::meta;
  std::string key;
  std::optional<std::string> value;
};

// Written as one transaction: after a crash either all of it is there or nothing.
struct TableBatch {
  std::vector<const mvcc::Row*> rows;  // appended; they exist until `written` is called
  std::vector<RowNumber> dropped;      // deleted by compaction
  std::vector<AreaChange> changes;
  Index applied;  // the log up to here is in
  Term term;      // of that entry

  [[nodiscard]] bool is_empty() const { return rows.empty() && dropped.empty() && changes.empty(); }
};

struct TableSize {
  std::int64_t allocated_bytes = 0;
  std::int64_t used_bytes = 0;
};

// What became of a batch.
struct TableWritten {
  RowNumber last_row;  // readers see everything up to here
  Index durable;       // the log up to here is not needed to rebuild the table
  TableSize size;
  std::chrono::nanoseconds commit_time{};  // of the transaction the batch was part of
};

// Rows with after < number <= last that were not dropped: at most so many, and no more once they
// are so large together.
struct HistoryPart {
  RowNumber after;
  RowNumber last;
  std::size_t rows_max = 0;
  std::size_t bytes_max = 0;
};

// The table's file. A write that fails stops the process.
class TablePort {
 public:
  virtual ~TablePort() = default;
  virtual void write(TableBatch batch, Callback<void(const TableWritten&)> written) = 0;
  // Rows in the order asked for. Requires: they were written and not dropped.
  using RowsRead = Callback<void(Result<std::vector<mvcc::RowPtr>>)>;
  virtual void read(std::vector<RowNumber> rows, RowsRead done) = 0;
  // The next rows of a part of the history, ascending; none when the part holds no more.
  virtual void scan(const HistoryPart& part, RowsRead done) = 0;
  // The first row of this revision or a later one, as far as the file has them; where there is
  // none, one past the last.
  virtual void locate(Revision main, Callback<void(Result<RowNumber>)> done) = 0;
};

// The other members. Messages may be lost, never changed.
class PeerPort {
 public:
  virtual ~PeerPort() = default;
  virtual void send(std::vector<raft::Message> messages) = 0;
};

// Work of the replica's own that must not hold up the turn: runs soon, after what is ready now.
class TaskPort {
 public:
  virtual ~TaskPort() = default;
  virtual void later(Callback<void()> work) = 0;
};

}  // namespace quorate::replica
