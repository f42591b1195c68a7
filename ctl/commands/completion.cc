#include "ctl/cli/completion.h"

#include <ostream>

#include <fmt/format.h>

#include "common/go_text.h"
#include "ctl/commands/commands.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

class Completion final : public Command {
 public:
  Completion()
      : Command{{.use = "completion [bash|zsh|fish|powershell]",
                 .summary = "Print a script for completion in a shell",
                 .description = "Prints a script that makes a shell complete commands and flags.",
                 .examples =
                     "  source <(quoratectl completion bash)\n"
                     "  quoratectl completion bash > /etc/bash_completion.d/quoratectl\n"
                     "  source <(quoratectl completion zsh)\n"
                     "  quoratectl completion fish > ~/.config/fish/completions/quoratectl.fish\n"
                     "  quoratectl completion powershell | Out-String | Invoke-Expression",
                 .group = Group::utility}} {}

  [[nodiscard]] std::string check_args(const std::vector<std::string>& args) const override {
    if (args.size() != 1) return fmt::format("accepts 1 arg(s), received {}", args.size());
    for (const char* shell : {"bash", "zsh", "fish", "powershell"}) {
      if (args[0] == shell) return {};
    }
    return fmt::format("invalid argument {} for {}", go_quoted(args[0]), go_quoted(path()));
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    const std::string& shell = args[0];
    if (shell == "bash") context.out() << bash_completion(root());
    if (shell == "zsh") context.out() << zsh_completion(root());
    if (shell == "fish") context.out() << fish_completion(root());
    if (shell == "powershell") context.out() << powershell_completion(root());
    return {};
  }
};

}  // namespace

std::unique_ptr<Command> make_completion() {
  return std::make_unique<Completion>();
}

}  // namespace quorate::ctl
