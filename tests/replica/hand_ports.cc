#include "tests/replica/hand_ports.h"

#include "common/ensure.h"

namespace quorate::replica::testing {
namespace {

template <class T>
T take_front(std::deque<T>& queue) {
  ENSURE(!queue.empty());
  T front = std::move(queue.front());
  queue.pop_front();
  return front;
}

// A row of the file's own, as a reader would make it.
mvcc::RowPtr copy_of(const mvcc::Row& row) {
  mvcc::Row::Fields fields;
  fields.number = row.number();
  fields.revision = row.revision();
  fields.create_revision = row.create_revision();
  fields.version = row.version();
  fields.lease = row.lease();
  fields.kind = row.is_tombstone() ? mvcc::RowKind::tombstone : mvcc::RowKind::put;
  return mvcc::RowPtr::make(fields, row.key(), row.value());
}

}  // namespace

void HandLog::sync_one() {
  Write write = take_front(waiting);
  disk.write(write.batch);
  write.durable();
}

void HandTable::write_one() {
  Write write = take_front(writes);
  for (const mvcc::Row* row : write.batch.rows) {
    const bool is_new = rows.emplace(row->number(), copy_of(*row)).second;
    ENSURE(is_new);
  }
  for (const RowNumber dropped : write.batch.dropped) ENSURE(rows.erase(dropped) == 1);
  for (auto& change : write.batch.changes) {
    if (change.value) {
      areas[{change.area, change.key}] = *change.value;
    } else {
      areas.erase({change.area, change.key});
    }
  }
  ENSURE(write.batch.applied >= applied);
  applied = write.batch.applied;
  const RowNumber last = rows.empty() ? RowNumber{} : rows.rbegin()->first;
  write.written({last, applied, {}, {}});
}

void HandTable::scan(const HistoryPart& part, RowsRead done) {
  std::vector<mvcc::RowPtr> found;
  for (auto row = rows.upper_bound(part.after);
       row != rows.end() && row->first <= part.last && found.size() < part.rows_max; ++row) {
    found.push_back(copy_of(*row->second));
  }
  done(std::move(found));
}

void HandTable::locate(Revision main, Callback<void(Result<RowNumber>)> done) {
  for (const auto& [number, row] : rows) {
    if (row->mod_revision() >= main) return done(number);
  }
  done(rows.empty() ? RowNumber{1} : rows.rbegin()->first.next());
}

void HandTable::read_one() {
  Read read = take_front(reads);
  std::vector<mvcc::RowPtr> found;
  for (const RowNumber number : read.numbers) {
    const auto row = rows.find(number);
    ENSURE(row != rows.end());
    found.push_back(copy_of(*row->second));
  }
  read.done(std::move(found));
}

void HandTable::crash() {
  writes.clear();
  reads.clear();
}

void HandTasks::run_one() {
  take_front(waiting)();
}

}  // namespace quorate::replica::testing
