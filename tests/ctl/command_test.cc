#include "ctl/cli/command.h"

#include <functional>

#include <doctest/doctest.h>

#include "ctl/cli/completion.h"
#include "ctl/cli/help.h"
#include "ctl/commands/commands.h"

using namespace quorate::ctl;

namespace {

struct Tree {
  GlobalFlags flags;
  std::unique_ptr<Command> root = make_root("etcdctl", flags);

  // The command found and the words left, or the failure's text.
  std::string find(const std::vector<std::string>& words) {
    const auto found = find_command(*root, words);
    if (!found) return found.error().text;
    std::string text = found->command->path() + ':';
    for (const auto& word : found->rest) text += ' ' + word;
    return text;
  }
};

}  // namespace

TEST_CASE("a command is found by its name, wherever flags stand") {
  Tree tree;
  CHECK(tree.find({"get", "k"}) == "etcdctl get: k");
  CHECK(tree.find({"member", "list", "x"}) == "etcdctl member list: x");
  CHECK(tree.find({"-w", "json", "get", "k"}) == "etcdctl get: -w json k");
  CHECK(tree.find({"--hex", "get", "k"}) == "etcdctl get: --hex k");
  CHECK(tree.find({"--write-out=json", "member", "-wjson", "list"}) ==
        "etcdctl member list: --write-out=json -wjson");
  CHECK(tree.find({"endpoint", "--cluster", "health"}) == "etcdctl endpoint health: --cluster");
  CHECK(tree.find({}) == "etcdctl:");
  CHECK(tree.find({"--", "get"}) == "etcdctl: -- get");
}

TEST_CASE("a flag nobody knows at the root swallows the next word") {
  Tree tree;
  CHECK(tree.find({"--prefix", "get", "nosuch"}).rfind("unknown command \"nosuch\"", 0) == 0);
}

TEST_CASE("names may be cut short as long as they fit one command") {
  Tree tree;
  CHECK(tree.find({"ge", "k"}) == "etcdctl get: k");
  CHECK(tree.find({"mem", "l"}) == "etcdctl member list:");
  CHECK(tree.find({"endpoint", "h"}) == "etcdctl endpoint: h");  // hashkv or health?
}

TEST_CASE("an unknown command suggests those with a similar name or beginning") {
  Tree tree;
  const auto found = find_command(*tree.root, {"geet"});
  REQUIRE(found.has_error());
  CHECK(found.error().status == 1);
  CHECK(found.error().text.rfind(
            "unknown command \"geet\" for \"etcdctl\"\n\nDid you mean this?\n\tget\n", 0) == 0);
  CHECK(found.error().after == "Run 'etcdctl --help' for usage.\n");
  CHECK(find_command(*tree.root, {"zzzzzzzz"}).error().text ==
        "unknown command \"zzzzzzzz\" for \"etcdctl\"");
}

TEST_CASE("every command has a summary, and its help names its flags") {
  Tree tree;
  const std::function<void(Command&)> check = [&](Command& command) {
    INFO(command.path());
    CHECK(!command.about().summary.empty());
    const std::string page = help_page(command);
    CHECK(page.find("quoratectl") == std::string::npos);  // it goes by another name here
    for (const auto& [name, flag] : command.flags().all()) {
      CHECK(!flag.help.empty());
      CHECK(page.find("--" + name) != std::string::npos);
    }
    for (const auto& child : command.children()) check(*child);
  };
  check(*tree.root);
}

TEST_CASE("the usage of a command is followed by its flags") {
  Tree tree;
  const auto found = find_command(*tree.root, {"compaction"});
  const std::string text = usage(*found->command);
  CHECK(text.rfind("Usage:\n  etcdctl compaction [options] <revision> [flags]\n", 0) == 0);
  CHECK(text.find("\nFlags:\n  -h, --help       help for compaction\n      --physical   ") !=
        std::string::npos);
}

TEST_CASE("completions name every command and flag") {
  Tree tree;
  for (const std::string& script :
       {bash_completion(*tree.root), zsh_completion(*tree.root), fish_completion(*tree.root),
        powershell_completion(*tree.root)}) {
    for (const char* word : {"compaction", "hashkv", "count-only", "cluster", "write-out"}) {
      CHECK(script.find(word) != std::string::npos);
    }
  }
}
