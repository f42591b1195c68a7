#include "ctl/program.h"

#include <ostream>

#include "ctl/cli/help.h"
#include "ctl/commands/commands.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

int report(const Failure& failure, std::ostream& err) {
  if (!failure.text.empty()) err << "Error: " << failure.text << '\n';
  err << failure.after;
  return failure.status;
}

Failure usage_failure(Command& command, std::string text) {
  return {kExitError, std::move(text), usage(command) + '\n'};
}

}  // namespace

int run_program(const std::string& program, const std::vector<std::string>& words,
                const std::vector<std::string>& variables, std::ostream& out, std::ostream& err) {
  GlobalFlags flags;
  const auto root = make_root(program, flags);
  const auto found = find_command(*root, words);
  if (!found) return report(found.error(), err);
  Command& command = *found->command;
  const auto parsed = parse_words(command.all_flags(), found->rest);
  if (!parsed) return report(usage_failure(command, parsed.error().message), err);
  if (parsed->wants_help || !command.is_runnable()) {
    out << help_page(command);
    return 0;
  }
  if (std::string wrong = command.check_args(parsed->positionals); !wrong.empty()) {
    return report(usage_failure(command, std::move(wrong)), err);
  }
  Context context{out, err, flags, command, variables, parsed->separator};
  const auto done = command.run(context, parsed->positionals);
  out.flush();
  return done ? 0 : report(done.error(), err);
}

}  // namespace quorate::ctl
