// Standard input, asked for lines and secrets.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace quorate::ctl {

struct InputLine {
  std::string text;       // without the line's end
  bool is_whole = false;  // the line's end was there, not just the end of the input
};
// The next line of standard input; nothing when there is no more. Takes not one byte more than the
// line, so that a program run next can read on.
std::optional<InputLine> read_line();

// Everything up to the end of standard input.
std::string read_all();

// Prints the prompt, reads a line without showing it where standard input is a terminal, prints a
// line end. Blanks around it are dropped. Nothing at the end of the input.
std::optional<std::string> ask_secret(const std::string& prompt, std::ostream& out);

// Without the blanks at both ends.
[[nodiscard]] std::string trimmed(const std::string& text);

// Whether what `out` prints is seen by a person.
[[nodiscard]] bool is_terminal(int descriptor);

}  // namespace quorate::ctl
