#include "server/store/table_writer.h"

#include <algorithm>
#include <string>

#include "server/store/checkpoint.h"

namespace quorate::store {
namespace {

constexpr std::string_view kApplied = "consistent_index";
constexpr std::string_view kTerm = "term";
// Empty pages below this, or below a quarter of the file, are kept for new rows.
constexpr std::int64_t kSparePages = 1024;

std::string upsert(const char* table) {
  return std::string{"INSERT INTO "} + table +
         "(key, value) VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = excluded.value";
}

std::string removal(const char* table) {
  return std::string{"DELETE FROM "} + table + " WHERE key = ?1";
}

}  // namespace

struct TableWriter::Statements {
  explicit Statements(Database& database)
      : insert{database,
               "INSERT INTO revisions(row, main, sub, key, value, create_revision, version, "
               "lease, deleted) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
        drop{database, "DELETE FROM revisions WHERE row = ?1"},
        save_number{database, upsert("meta").c_str()},
        pages{database, "PRAGMA page_count"},
        free_pages{database, "PRAGMA freelist_count"},
        page_bytes{database.number("PRAGMA page_size")} {
    for (const auto area : kAreas) {
      puts.push_back(std::make_unique<Statement>(database, upsert(table_name(area)).c_str()));
      removals.push_back(std::make_unique<Statement>(database, removal(table_name(area)).c_str()));
    }
  }

  static std::int64_t number(Statement& statement) {
    const std::int64_t value = statement.step() ? statement.column(0) : 0;
    statement.reset();
    return value;
  }

  Statement insert;
  Statement drop;
  Statement save_number;
  Statement pages;
  Statement free_pages;
  std::int64_t page_bytes;
  std::vector<std::unique_ptr<Statement>> puts;      // by area
  std::vector<std::unique_ptr<Statement>> removals;  // by area
};

TableWriter::TableWriter(const Options& options)
    : database_{options.path, Database::Access::write},
      syncs_{options.syncs},
      checkpoint_bytes_{options.checkpoint_bytes} {
  prepare_schema(database_, options.path);
  if (database_.text("PRAGMA journal_mode = WAL") != "wal") {
    throw SqliteError{options.path + ": this file system does not support shared memory files"};
  }
  // NORMAL syncs at checkpoints only: what a power cut takes is replayed from the log.
  database_.execute(options.syncs ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = OFF");
  database_.execute("PRAGMA wal_autocheckpoint = 0");
  database_.execute("PRAGMA cache_size = -2048");
  statements_ = std::make_shared<Statements>(database_);
}

Loaded TableWriter::load() {
  Loaded loaded;
  for (const auto area : kAreas) {
    Statement all{database_, (std::string{"SELECT key, value FROM "} + table_name(area)).c_str()};
    while (all.step()) {
      const std::string_view key = all.bytes(0);
      if (area == replica::Area::meta && key == kApplied) {
        loaded.applied = Index{static_cast<std::uint64_t>(all.column(1))};
      } else if (area == replica::Area::meta && key == kTerm) {
        loaded.term = Term{static_cast<std::uint64_t>(all.column(1))};
      } else {
        loaded.areas.push_back({area, std::string{key}, std::string{all.bytes(1)}});
      }
    }
  }
  applied_ = loaded.applied;
  // Whatever an earlier process left in the write-ahead file becomes durable now, so that the log
  // may be cut up to here.
  if (database_.checkpoint()) durable_ = applied_;
  return loaded;
}

void TableWriter::load_rows(const std::function<void(mvcc::RowPtr)>& take) {
  Statement all{database_,
                "SELECT row, main, sub, key, create_revision, version, lease, deleted "
                "FROM revisions ORDER BY row"};
  RowNumber last;
  mvcc::RevisionPair newest;
  while (all.step()) {
    mvcc::Row::Fields fields;
    fields.number = RowNumber{all.column(0)};
    fields.revision = {Revision{all.column(1)}, all.column(2)};
    fields.create_revision = Revision{all.column(4)};
    fields.version = all.column(5);
    fields.lease = LeaseId{all.column(6)};
    fields.kind = all.column(7) != 0 ? mvcc::RowKind::tombstone : mvcc::RowKind::put;
    if (fields.number <= last || fields.revision <= newest) {
      throw SqliteError{database_.path() + " is damaged: row " +
                        std::to_string(fields.number.value()) + " is older than the one before it"};
    }
    newest = fields.revision;
    last_row_ = last = fields.number;
    take(mvcc::RowPtr::make(fields, all.bytes(3), {}));
  }
}

replica::TableWritten TableWriter::write(const std::vector<replica::TableBatch>& batches) {
  const auto begun = std::chrono::steady_clock::now();
  Transaction transaction{database_};
  for (const auto& batch : batches) write_batch(batch);
  save_applied(batches.back().applied, batches.back().term);
  transaction.commit();
  replica::TableWritten written = state();
  written.commit_time = std::chrono::steady_clock::now() - begun;
  return written;
}

void TableWriter::write_batch(const replica::TableBatch& batch) {
  for (const auto& row : batch.rows) insert(*row);
  for (const RowNumber row : batch.dropped) statements_->drop.bind(1, row.value()).run();
  unsynced_bytes_ += batch.dropped.size() * 32;
  for (const auto& each : batch.changes) change(each);
}

void TableWriter::insert(const mvcc::Row& row) {
  statements_->insert.bind(1, row.number().value())
      .bind(2, row.revision().main.value())
      .bind(3, row.revision().sub)
      .bind_blob(4, row.key())
      .bind_blob(5, row.value())
      .bind(6, row.create_revision().value())
      .bind(7, row.version())
      .bind(8, row.lease().value())
      .bind(9, row.is_tombstone() ? 1 : 0)
      .run();
  last_row_ = row.number();
  unsynced_bytes_ += row.footprint();
}

void TableWriter::change(const replica::AreaChange& change) {
  const auto area = static_cast<std::size_t>(change.area);
  Statement& statement = change.value ? *statements_->puts[area] : *statements_->removals[area];
  if (has_byte_keys(change.area)) {
    statement.bind_blob(1, change.key);
  } else {
    statement.bind_text(1, change.key);
  }
  if (change.value) statement.bind_blob(2, *change.value);
  statement.run();
}

void TableWriter::save_applied(Index applied, Term term) {
  auto& save = statements_->save_number;
  save.bind_text(1, kApplied).bind(2, static_cast<std::int64_t>(applied.value())).run();
  save.bind_text(1, kTerm).bind(2, static_cast<std::int64_t>(term.value())).run();
  applied_ = applied;
}

replica::TableWritten TableWriter::checkpoint() {
  unsynced_bytes_ = 0;
  // Half of the time it took to write what is copied now: so the writer keeps up.
  const auto time_to_spread = (std::chrono::steady_clock::now() - checkpoint_ended_) / 2;
  const bool is_complete =
      syncs_ ? checkpoint_gently(database_, time_to_spread) : database_.checkpoint();
  if (is_complete) durable_ = applied_;
  checkpoint_ended_ = std::chrono::steady_clock::now();
  return state();
}

bool TableWriter::has_spare_pages() {
  const auto pages = Statements::number(statements_->pages);
  return empty_pages() >= std::max(kSparePages, pages / 4);
}

std::int64_t TableWriter::empty_pages() {
  return Statements::number(statements_->free_pages);
}

void TableWriter::vacuum_slice() {
  database_.execute(("PRAGMA incremental_vacuum(" + std::to_string(kPagesPerSlice) + ")").c_str());
  // Pages move into the gaps, by way of the write-ahead file.
  unsynced_bytes_ += static_cast<std::size_t>(kPagesPerSlice * statements_->page_bytes);
}

replica::TableSize TableWriter::size() {
  const auto pages = Statements::number(statements_->pages);
  const auto free_pages = Statements::number(statements_->free_pages);
  return {pages * statements_->page_bytes, (pages - free_pages) * statements_->page_bytes};
}

replica::TableWritten TableWriter::state() {
  return {last_row_, durable_, size()};
}

}  // namespace quorate::store
