#include "server/store/schema.h"

#include <stdexcept>

#include "server/store/sqlite.h"

namespace quorate::store {
namespace {

constexpr std::int64_t kApplicationId = 0x51756f72;  // "Quor"
// Format 1 had fewer tables. A program that knows only that one must not open a file whose alarms
// it would overlook.
constexpr std::int64_t kVersion = 2;
constexpr std::int64_t kOldestVersion = 1;

constexpr const char* kCreate = R"sql(
  CREATE TABLE revisions (
    row INTEGER PRIMARY KEY,
    main INTEGER NOT NULL,
    sub INTEGER NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    create_revision INTEGER NOT NULL,
    version INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    deleted INTEGER NOT NULL
  );
  CREATE VIEW latest AS
    SELECT key, value, create_revision, mod_revision, version, lease FROM (
      SELECT key, value, create_revision, main AS mod_revision, version, lease, deleted, max(row)
      FROM revisions GROUP BY key
    ) WHERE NOT deleted;
  PRAGMA application_id = 1366650738;
)sql";

void create_missing_tables(Database& database) {
  for (const auto area : kAreas) {
    const std::string type = has_byte_keys(area) ? "BLOB" : "TEXT";
    database.execute((std::string{"CREATE TABLE IF NOT EXISTS "} + table_name(area) + " (key " +
                      type + " PRIMARY KEY, value) WITHOUT ROWID")
                         .c_str());
  }
  database.execute("PRAGMA user_version = 2");
}

}  // namespace

const char* table_name(replica::Area area) {
  switch (area) {
    case replica::Area::meta:
      return "meta";
    case replica::Area::members:
      return "members";
    case replica::Area::members_removed:
      return "members_removed";
    case replica::Area::cluster:
      return "cluster";
    case replica::Area::lease:
      return "lease";
    case replica::Area::alarm:
      return "alarm";
    case replica::Area::auth:
      return "auth";
    case replica::Area::auth_users:
      return "authUsers";
    case replica::Area::auth_roles:
      return "authRoles";
  }
  return "";
}

bool has_byte_keys(replica::Area area) {
  return area == replica::Area::lease || area == replica::Area::alarm;
}

void prepare_schema(Database& database, const std::string& path) {
  if (database.number("SELECT count(*) FROM sqlite_schema") == 0) {
    // Deleted pages go back to the file system in the background; only settable before any table.
    database.execute("PRAGMA auto_vacuum = INCREMENTAL");
    Transaction transaction{database};
    database.execute(kCreate);
    create_missing_tables(database);
    return transaction.commit();
  }
  if (database.number("PRAGMA application_id") != kApplicationId) {
    throw std::runtime_error{path + " is an SQLite file of another program"};
  }
  const auto version = database.number("PRAGMA user_version");
  if (version < kOldestVersion || version > kVersion) {
    throw std::runtime_error{path + " has format " + std::to_string(version) +
                             "; this version reads format " + std::to_string(kVersion)};
  }
  if (version == kVersion) return;
  Transaction transaction{database};
  create_missing_tables(database);
  transaction.commit();
}

}  // namespace quorate::store
