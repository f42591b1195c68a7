#include "ctl/cli/help.h"

#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ctl/commands/commands.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

class Help final : public Command {
 public:
  Help()
      : Command{{.use = "help [command]",
                 .summary = "Explain a command",
                 .description = "",
                 .examples = "  quoratectl help member add",
                 .group = Group::utility}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    const auto found = find_command(root(), args);
    if (!found) {
      context.err() << fmt::format("Unknown help topic [`{}`]\n", fmt::join(args, "` `"))
                    << usage(root());
      return {};
    }
    context.out() << help_page(*found->command);
    return {};
  }
};

}  // namespace

std::unique_ptr<Command> make_help() {
  return std::make_unique<Help>();
}

}  // namespace quorate::ctl
