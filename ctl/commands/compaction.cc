#include <ostream>

#include "ctl/cli/go_number.h"
#include "ctl/commands/commands.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

class Compaction final : public Command {
 public:
  Compaction()
      : Command{{.use = "compaction [options] <revision>",
                 .summary = "Forget old revisions",
                 .description = "Forgets what was there before the revision: older revisions can "
                                "no longer be read or watched.",
                 .examples = "  quoratectl compaction 1234\n"
                             "  quoratectl compaction --physical 1234 # returns when it is done",
                 .group = Group::key_value}} {
    flags().add("physical", is_physical_, "return only when the old revisions are removed");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return bad_args("compaction command needs 1 argument");
    const auto revision = parse_int(args[0], 10);
    if (!revision) return Failure{kExitError, revision.error().message};
    pb::CompactionRequest request;
    request.set_revision(*revision);
    request.set_physical(is_physical_);
    const auto response = context.ask<pb::CompactionResponse>("/etcdserverpb.KV/Compact", request);
    if (!response) return response.error();
    context.out() << "compacted revision " << *revision << '\n';
    return {};
  }

 private:
  bool is_physical_ = false;
};

}  // namespace

std::unique_ptr<Command> make_compaction() {
  return std::make_unique<Compaction>();
}

}  // namespace quorate::ctl
