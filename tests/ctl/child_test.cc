#include "ctl/child.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::ctl;

namespace {

ChildEnd run(const std::vector<std::string>& words,
             const std::vector<std::string>& variables = {"PATH=/usr/bin:/bin"}) {
  EventLoop loop;
  const Child child{loop, words, variables};
  loop.run_until([&] { return child.end().has_value(); });
  return *child.end();
}

}  // namespace

TEST_CASE("a program's end is told in Go's words") {
  CHECK(run({"true"}).error.empty());
  CHECK(run({"true"}).status == 0);
  CHECK(run({"sh", "-c", "exit 7"}).error == "exit status 7");
  CHECK(run({"sh", "-c", "exit 7"}).status == 7);
  CHECK(run({"sh", "-c", "kill -9 $$"}).error == "signal: killed");
  CHECK(run({"sh", "-c", "kill -9 $$"}).status == 255);
}

TEST_CASE("a program that cannot be started has ended") {
  CHECK(run({"nosuchprogram"}).error ==
        "exec: \"nosuchprogram\": executable file not found in $PATH");
  CHECK(run({"/nosuch/program"}).error == "fork/exec /nosuch/program: no such file or directory");
  CHECK(run({"/"}).error == "fork/exec /: permission denied");
  CHECK(run({"nosuchprogram"}).status == 1);
}

TEST_CASE("a program sees the variables it is given, and an empty input") {
  CHECK(run({"sh", "-c", "test \"$A\" = 1 && ! read line"}, {"PATH=/usr/bin:/bin", "A=1"}).status ==
        0);
}

TEST_CASE("several programs at once are told apart") {
  EventLoop loop;
  const std::vector<std::string> variables{"PATH=/usr/bin:/bin"};
  const Child one{loop, {"sh", "-c", "exit 1"}, variables};
  const Child two{loop, {"sh", "-c", "exit 2"}, variables};
  loop.run_until([&] { return one.end() && two.end(); });
  CHECK(one.end()->status == 1);
  CHECK(two.end()->status == 2);
}

TEST_CASE("a variable is set once, whatever was there") {
  std::vector<std::string> variables{"A=1", "B=2", "A=3", "AB=4"};
  set_variable(variables, "A", "5");
  CHECK(variables == std::vector<std::string>{"B=2", "AB=4", "A=5"});
}
