#include <ostream>

#include "ctl/commands/commands.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

class Options final : public Command {
 public:
  Options()
      : Command{{.use = "options",
                 .summary = "Show the flags every command takes",
                 .description = "Shows the flags that every command takes. Each has an environment "
                                "variable too: ETCDCTL_ENDPOINTS for\n--endpoints, and so on.",
                 .examples = "",
                 .group = Group::utility}} {}

  Outcome<> run(Context& context, const std::vector<std::string>&) override {
    context.out() << "The following options can be passed to any command:\n\n"
                  << root().shared_flags().help();
    return {};
  }
};

}  // namespace

std::unique_ptr<Command> make_options() {
  return std::make_unique<Options>();
}

}  // namespace quorate::ctl
