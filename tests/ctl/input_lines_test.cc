#include "ctl/input_lines.h"

#include <array>
#include <string>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "common/ensure.h"

using namespace quorate;
using namespace quorate::ctl;

namespace {

// Puts a pipe in the place of standard input for as long as it lives.
class PipedInput {
 public:
  PipedInput() : before_{::dup(STDIN_FILENO)} {
    std::array<int, 2> ends{};
    ENSURE(::pipe(ends.data()) == 0);
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    in_ = ends[1];
  }
  ~PipedInput() {
    close();
    ::dup2(before_, STDIN_FILENO);
    ::close(before_);
  }
  void write(const std::string& text) const {
    ENSURE(::write(in_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void close() {
    if (in_ >= 0) ::close(in_);
    in_ = -1;
  }

 private:
  int before_;
  int in_ = -1;
};

struct Taken {
  std::vector<std::string> lines;
  bool is_at_end = false;
  bool is_last_whole = true;

  void operator()(const std::optional<InputLine>& line) {
    if (!line) {
      is_at_end = true;
      return;
    }
    lines.push_back(line->text);
    is_last_whole = line->is_whole;
  }
};

}  // namespace

TEST_CASE("lines come as they are written, and then the end") {
  PipedInput input;
  EventLoop loop;
  Taken taken;
  const InputLines lines{loop, [&](const std::optional<InputLine>& line) { taken(line); }};
  input.write("one\n\ntw");
  loop.run_until([&] { return taken.lines.size() == 2; });
  CHECK(taken.lines == std::vector<std::string>{"one", ""});
  input.write("o\nthree");
  input.close();
  loop.run_until([&] { return taken.is_at_end; });
  CHECK(taken.lines == std::vector<std::string>{"one", "", "two", "three"});
  CHECK(!taken.is_last_whole);
}

TEST_CASE("reading ends while a line is still expected") {
  PipedInput input;
  input.write("half a line");
  EventLoop loop;
  const InputLines lines{loop, [](const std::optional<InputLine>&) {}};
}
