// The table's file, readable with sqlite3:
//
//   revisions        every change of every key, in the order it happened
//     row              counts from 1; what the key index refers to
//     main, sub        the revision: main as clients see it, sub within one transaction
//     key, value
//     create_revision, version, lease
//     deleted          1: the change removed the key; value, create_revision, version are 0 then
//   latest           a view: the newest value of every key that exists
//   meta, members, members_removed, cluster, lease, alarm, auth, authUsers, authRoles
//                    key and value each; names and forms as in etcd's snapshot files, but
//                    consistent_index and term are plain numbers
#pragma once

#include <string>

#include "server/replica/ports.h"

namespace quorate::store {

class Database;

// Creates the tables in an empty file; checks that they are ours in any other. Throws
// std::runtime_error with a sentence that names the file.
void prepare_schema(Database& database, const std::string& path);

[[nodiscard]] const char* table_name(replica::Area area);
// Ids and messages are bytes; all other keys can be read.
[[nodiscard]] bool has_byte_keys(replica::Area area);
inline constexpr replica::Area kAreas[] = {
    replica::Area::meta,    replica::Area::members,    replica::Area::members_removed,
    replica::Area::cluster, replica::Area::lease,      replica::Area::alarm,
    replica::Area::auth,    replica::Area::auth_users, replica::Area::auth_roles};

}  // namespace quorate::store
