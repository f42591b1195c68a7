// All commands, and the tree they form.
#pragma once

#include <memory>
#include <string>

#include "ctl/cli/command.h"
#include "ctl/global_flags.h"

namespace quorate::ctl {

// The whole tree. `program` is the name it goes by in help and errors. `flags` outlives it.
[[nodiscard]] std::unique_ptr<Command> make_root(const std::string& program, GlobalFlags& flags);

// Key-value
[[nodiscard]] std::unique_ptr<Command> make_compaction();
[[nodiscard]] std::unique_ptr<Command> make_del();
[[nodiscard]] std::unique_ptr<Command> make_get();
[[nodiscard]] std::unique_ptr<Command> make_lease();
[[nodiscard]] std::unique_ptr<Command> make_lease_keep_alive();  // of the group above
[[nodiscard]] std::unique_ptr<Command> make_put();
[[nodiscard]] std::unique_ptr<Command> make_txn();
[[nodiscard]] std::unique_ptr<Command> make_watch();

// Cluster maintenance
[[nodiscard]] std::unique_ptr<Command> make_alarm();
[[nodiscard]] std::unique_ptr<Command> make_defrag();
[[nodiscard]] std::unique_ptr<Command> make_downgrade();
[[nodiscard]] std::unique_ptr<Command> make_endpoint();
[[nodiscard]] std::unique_ptr<Command> make_member();
[[nodiscard]] std::unique_ptr<Command> make_move_leader();
[[nodiscard]] std::unique_ptr<Command> make_snapshot();

// Concurrency
[[nodiscard]] std::unique_ptr<Command> make_elect();
[[nodiscard]] std::unique_ptr<Command> make_lock();

// Authentication
[[nodiscard]] std::unique_ptr<Command> make_auth();
[[nodiscard]] std::unique_ptr<Command> make_role();
[[nodiscard]] std::unique_ptr<Command> make_user();

// Utilities
[[nodiscard]] std::unique_ptr<Command> make_check();
[[nodiscard]] std::unique_ptr<Command> make_completion();
[[nodiscard]] std::unique_ptr<Command> make_help();
[[nodiscard]] std::unique_ptr<Command> make_mirror();
[[nodiscard]] std::unique_ptr<Command> make_options();
[[nodiscard]] std::unique_ptr<Command> make_version();

}  // namespace quorate::ctl
