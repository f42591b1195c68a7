#include "ctl/commands/commands.h"

namespace quorate::ctl {

// In this order commands are suggested for a word nobody knows.
std::unique_ptr<Command> make_root(const std::string& program, GlobalFlags& flags) {
  auto root = std::make_unique<CommandGroup>(
      About{.use = program,
            .summary = "A command line client for etcd's API, version 3.",
            .description = "",
            .examples = "",
            .group = Group::none});
  flags.declare(root->shared_flags());
  root->add(make_get());
  root->add(make_put());
  root->add(make_del());
  root->add(make_txn());
  root->add(make_compaction());
  root->add(make_alarm());
  root->add(make_defrag());
  root->add(make_endpoint());
  root->add(make_move_leader());
  root->add(make_watch());
  root->add(make_version());
  root->add(make_lease());
  root->add(make_member());
  root->add(make_snapshot());
  root->add(make_mirror());
  root->add(make_lock());
  root->add(make_elect());
  root->add(make_auth());
  root->add(make_user());
  root->add(make_role());
  root->add(make_check());
  root->add(make_completion());
  root->add(make_downgrade());
  root->add(make_options());
  root->add(make_help());
  return root;
}

}  // namespace quorate::ctl
