// The one writer of the table's file.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "server/replica/ports.h"
#include "server/store/schema.h"
#include "server/store/sqlite.h"
#include "server/store/table_file.h"

namespace quorate::store {

// Home: the store's thread. Failures throw SqliteError.
class TableWriter {
 public:
  explicit TableWriter(const Options& options);

  [[nodiscard]] Loaded load();
  void load_rows(const std::function<void(mvcc::RowPtr)>& take);

  // All batches as one transaction.
  [[nodiscard]] replica::TableWritten write(const std::vector<replica::TableBatch>& batches);
  [[nodiscard]] bool wants_checkpoint() const { return unsynced_bytes_ >= checkpoint_bytes_; }
  [[nodiscard]] bool is_synced() const { return durable_ == applied_; }
  // Makes what was written durable; returns the state then.
  replica::TableWritten checkpoint();
  // Whether there are more than the rows to come will soon fill.
  [[nodiscard]] bool has_spare_pages();
  [[nodiscard]] std::int64_t empty_pages();
  // Gives some empty pages back to the file system: what a batch of rows can wait for.
  void vacuum_slice();
  static constexpr std::int64_t kPagesPerSlice = 256;
  [[nodiscard]] replica::TableSize size();

 private:
  void write_batch(const replica::TableBatch& batch);
  void insert(const mvcc::Row& row);
  void change(const replica::AreaChange& change);
  void save_applied(Index applied, Term term);
  [[nodiscard]] replica::TableWritten state();

  Database database_;
  struct AreaStatements;
  struct Statements;
  std::shared_ptr<Statements> statements_;  // never shared; shared_ptr for the incomplete type
  bool syncs_;
  std::size_t checkpoint_bytes_;
  std::chrono::steady_clock::time_point checkpoint_ended_ = std::chrono::steady_clock::now();
  std::size_t unsynced_bytes_ = 0;  // rows written since the last checkpoint, about
  RowNumber last_row_;
  Index applied_;
  Index durable_;
};

}  // namespace quorate::store
