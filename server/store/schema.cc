#include "server/store/schema.h"

#include <stdexcept>

#include "server/store/sqlite.h"

namespace quorate::store {
namespace {

constexpr std::int64_t kApplicationId = 0x51756f72;  // "Quor"
constexpr std::int64_t kVersion = 1;

constexpr const char* kCreate = R"sql(
  BEGIN;
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
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE members (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE members_removed (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE cluster (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE lease (key BLOB PRIMARY KEY, value) WITHOUT ROWID;
  PRAGMA application_id = 1366650738;
  PRAGMA user_version = 1;
  COMMIT;
)sql";

// Tables that came later: files from before get them as well.
constexpr const char* kCreateMissing = R"sql(
  CREATE TABLE IF NOT EXISTS auth (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS auth_users (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS auth_roles (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
)sql";

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
    case replica::Area::auth:
      return "auth";
    case replica::Area::auth_users:
      return "auth_users";
    case replica::Area::auth_roles:
      return "auth_roles";
  }
  return "";
}

void prepare_schema(Database& database, const std::string& path) {
  if (database.number("SELECT count(*) FROM sqlite_schema") == 0) {
    // Deleted pages go back to the file system in the background; only settable before any table.
    database.execute("PRAGMA auto_vacuum = INCREMENTAL");
    database.execute(kCreate);
    database.execute(kCreateMissing);
    return;
  }
  if (database.number("PRAGMA application_id") != kApplicationId) {
    throw std::runtime_error{path + " is an SQLite file of another program"};
  }
  const auto version = database.number("PRAGMA user_version");
  if (version != kVersion) {
    throw std::runtime_error{path + " has format " + std::to_string(version) +
                             "; this version reads format " + std::to_string(kVersion)};
  }
  database.execute(kCreateMissing);
}

}  // namespace quorate::store
