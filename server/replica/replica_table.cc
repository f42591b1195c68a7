// The replica's part in keeping the table's file up with the state.
#include <algorithm>
#include <utility>

#include "server/replica/conf_state_json.h"
#include "server/replica/replica.h"

namespace quorate::replica {
namespace {

constexpr std::size_t kRowsPerWrite = 2000;
constexpr std::size_t kBytesPerWrite = std::size_t{4} << 20;

}  // namespace

// A transaction costs as much as a hundred of its rows, and the log already has what the rows say:
// they wait for the next tick, or until they are many.
void Replica::write_batch() {
  const TableBatch& batch = machine_.batch();
  if (batch.is_empty()) return;
  const bool is_due = written_tick_ != now_ticks_ || batch.rows.size() >= kRowsPerWrite ||
                      table().cache().unflushed_bytes() >= kBytesPerWrite;
  if (!is_due) return;
  written_tick_ = now_ticks_;
  ports_.table.write(machine_.take_batch(),
                     [this](const TableWritten& done) { table_advanced(done); });
}

void Replica::table_advanced(const TableWritten& done) {
  home_.check();
  table().cache().flushed(done.last_row);
  size_ = done.size;
  ports_.log.release(done.durable);
  trim_log();
}

void Replica::when_written(Callback<void()> done) {
  home_.check();
  written_tick_ = now_ticks_;
  ports_.table.write(machine_.take_batch(),
                     [this, done = std::move(done)](const TableWritten& written) mutable {
                       table_advanced(written);
                       done();
                     });
}

// Followers that lag are served from memory; nobody else needs entries that were applied.
void Replica::trim_log() {
  const bool is_alone = members().size() <= 1;
  const std::uint64_t kept = is_alone ? 0 : config_.catchup_entries;
  const std::uint64_t held = applied_.value() - std::min(applied_, node_.first_index()).value();
  // In larger steps: each costs a walk over what is dropped.
  if (held < kept + std::max<std::uint64_t>(kept / 4, 1000)) return;
  step(raft::Compacted{Index{applied_.value() - kept}});
}

void Replica::compacted(Revision at) {
  machine_.change_area(Area::meta, "finishedCompactRev", encode_revision(at));
  log_.info("finished scheduled compaction", {{"compact-revision", at.value()}});
  if (compaction_.has_next()) return;
  // Whoever waits is told once the file no longer holds the rows.
  auto waiters = std::exchange(compaction_waiters_, {});
  ports_.table.write(machine_.take_batch(),
                     [this, waiters = std::move(waiters)](const TableWritten& done) mutable {
                       table_advanced(done);
                       for (auto& waiter : waiters) waiter();
                     });
}

}  // namespace quorate::replica
