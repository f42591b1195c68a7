#include "ctl/commands/new_password.h"

#include <fmt/format.h>

#include "ctl/terminal.h"

namespace quorate::ctl {

Outcome<std::string> new_password(const std::string& user, PasswordSource source,
                                  std::ostream& out) {
  if (source == PasswordSource::words) {
    const auto line = read_line();
    const std::string text = line ? trimmed(line->text) : "";
    return text.substr(0, text.find_first_of(" \t"));
  }
  std::string first = ask_secret(fmt::format("Password of {}: ", user), out).value_or("");
  if (first.empty()) return bad_args("empty password");
  const auto second =
      ask_secret(fmt::format("Type password of {} again for confirmation: ", user), out);
  if (second != first) return bad_args("given passwords are different");
  return first;
}

}  // namespace quorate::ctl
