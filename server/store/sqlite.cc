#include "server/store/sqlite.h"

#include <sqlite3.h>

namespace quorate::store {
namespace {

// Once, before the first connection: each is used by one thread at a time, and nobody asks for the
// statistics that would make all of them share a mutex. Refused, and no harm, when somebody else in
// the process has used SQLite before.
bool configure() {
  sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  return sqlite3_threadsafe() != 0;
}

}  // namespace

Database::Database(const std::string& path, Access access) : path_{path} {
  static const bool is_configured = configure();
  if (!is_configured) throw SqliteError{"SQLite was built without threads"};
  const int mode =
      access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  if (sqlite3_open_v2(path.c_str(), &handle_, mode | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK) {
    sqlite3_extended_result_codes(handle_, 1);
    return;
  }
  const std::string why = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
  sqlite3_close(handle_);
  throw SqliteError{path + ": " + why};
}

Database::~Database() {
  sqlite3_close_v2(handle_);
}

void Database::refuse() const {
  throw SqliteError{path_ + ": " + sqlite3_errmsg(handle_)};
}

void Database::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) refuse();
}

std::int64_t Database::number(const char* sql) {
  Statement statement{*this, sql};
  return statement.step() ? statement.column(0) : 0;
}

std::string Database::text(const char* sql) {
  Statement statement{*this, sql};
  return statement.step() ? std::string{statement.bytes(0)} : std::string{};
}

bool Database::checkpoint() {
  int frames = 0;
  int copied = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied);
  if (code == SQLITE_BUSY) return false;
  if (code != SQLITE_OK) refuse();
  return frames == copied;
}

Statement::Statement(Database& database, const char* sql) : database_{database} {
  if (sqlite3_prepare_v3(database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_,
                         nullptr) != SQLITE_OK) {
    database.refuse();
  }
}

Statement::~Statement() {
  sqlite3_finalize(handle_);
}

Statement& Statement::bind(int position, std::int64_t value) {
  sqlite3_bind_int64(handle_, position, value);
  return *this;
}

Statement& Statement::bind_blob(int position, std::string_view value) {
  // A null pointer would bind NULL instead of an empty value.
  const char* data = value.empty() ? "" : value.data();
  sqlite3_bind_blob64(handle_, position, data, value.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_text(int position, std::string_view value) {
  const char* data = value.empty() ? "" : value.data();
  sqlite3_bind_text64(handle_, position, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  database_.refuse();
}

void Statement::reset() {
  sqlite3_reset(handle_);
}

std::int64_t Statement::column(int position) const {
  return sqlite3_column_int64(handle_, position);
}

std::string_view Statement::bytes(int position) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, position));
  const int size = sqlite3_column_bytes(handle_, position);
  return {data, static_cast<std::size_t>(size)};
}

Transaction::~Transaction() {
  if (!is_open_) return;
  // Fails only when SQLite has rolled back by itself.
  sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("COMMIT");
  is_open_ = false;
}

}  // namespace quorate::store
