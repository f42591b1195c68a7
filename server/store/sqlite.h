// SQLite's handles as owners. Its header stays in this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace quorate::store {

// What SQLite said, behind the name of the file.
class SqliteError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A connection. Home: one thread at a time. Every failure throws SqliteError.
class Database {
 public:
  enum class Access : std::uint8_t { read, write };
  Database(const std::string& path, Access access);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const char* sql);
  [[nodiscard]] std::int64_t number(const char* sql);  // the first column of the first row
  [[nodiscard]] std::string text(const char* sql);
  [[nodiscard]] sqlite3* handle() const { return handle_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[noreturn]] void refuse() const;  // throws the newest error

  // Copies the write-ahead file into the database file without waiting for readers. True when
  // nothing was left behind: then everything committed so far is durable.
  bool checkpoint();

 private:
  std::string path_;
  sqlite3* handle_ = nullptr;
};

// A prepared statement, used again and again. Values bound as bytes are not copied: they must live
// until the next reset().
class Statement {
 public:
  Statement(Database& database, const char* sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int position, std::int64_t value);
  Statement& bind_blob(int position, std::string_view value);
  Statement& bind_text(int position, std::string_view value);
  bool step();  // true while there are rows
  void reset();
  void run() {  // for statements without rows
    step();
    reset();
  }

  [[nodiscard]] std::int64_t column(int position) const;
  [[nodiscard]] std::string_view bytes(int position) const;  // valid until step() or reset()

 private:
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

// Rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_{database} { database_.execute("BEGIN"); }
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool is_open_ = true;
};

}  // namespace quorate::store
