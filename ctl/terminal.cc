#include "ctl/terminal.h"

#include <array>
#include <cerrno>
#include <ostream>
#include <termios.h>
#include <unistd.h>

namespace quorate::ctl {
namespace {

// Up to `size` bytes; 0 at the end of the input or when it cannot be read.
std::size_t read_some(char* buffer, std::size_t size) {
  for (;;) {
    const ssize_t taken = ::read(STDIN_FILENO, buffer, size);
    if (taken >= 0) return static_cast<std::size_t>(taken);
    if (errno != EINTR) return 0;
  }
}

// Switches the terminal's echo off for as long as it lives.
class Silence {
 public:
  Silence() {
    is_active_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!is_active_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Silence() {
    if (is_active_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  bool is_active_ = false;
  termios before_{};
};

}  // namespace

std::string trimmed(const std::string& text) {
  static constexpr const char* kBlanks = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<InputLine> read_line() {
  InputLine line;
  char c = 0;
  while (read_some(&c, 1) == 1) {
    if (c == '\n') {
      line.is_whole = true;
      return line;
    }
    line.text += c;
  }
  if (line.text.empty()) return std::nullopt;
  return line;
}

std::string read_all() {
  std::string all;
  std::array<char, 65536> buffer{};
  while (const std::size_t size = read_some(buffer.data(), buffer.size())) {
    all.append(buffer.data(), size);
  }
  return all;
}

std::optional<std::string> ask_secret(const std::string& prompt, std::ostream& out) {
  out << prompt << std::flush;
  std::optional<InputLine> line;
  {
    const Silence silence;
    line = read_line();
  }
  out << '\n' << std::flush;
  if (!line) return std::nullopt;
  return trimmed(line->text);
}

bool is_terminal(int descriptor) {
  return ::isatty(descriptor) == 1;
}

}  // namespace quorate::ctl
