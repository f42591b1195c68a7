// What a real etcd says to the same input: QUORATE_PEERS names a directory with usr/bin/etcd or
// bin/etcd of release 3.4 in it.
#include <map>
#include <sstream>

#include <doctest/doctest.h>

#include "common/comma_list.h"
#include "common/go_text.h"
#include "server/config/derive.h"
#include "server/config/flag_set.h"
#include "tests/common/child_process.h"
#include "tests/common/temp_dir.h"
#include "tests/config/refusals.h"

using namespace quorate;
using namespace quorate::config;

namespace {

// As it is, or as a JSON string inside a log line.
bool says(const std::string& output, const std::string& text) {
  const std::string quoted = go_quoted(text);
  return output.find(text) != std::string::npos ||
         output.find(quoted.substr(1, quoted.size() - 2)) != std::string::npos;
}

// The flags etcd lists, as "--name 'value'" or "--name value", with their defaults.
std::map<std::string, std::string> listed_flags(const std::string& help) {
  std::map<std::string, std::string> flags;
  std::istringstream lines{help};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  --")) continue;
    const auto space = line.find(' ', 4);
    std::string value = space == std::string::npos ? "" : line.substr(space + 1);
    if (value.size() >= 2 && value[0] == '\'') value = value.substr(1, value.size() - 2);
    flags[line.substr(4, space - 4)] = value;
  }
  return flags;
}

// Defaults that are newer than 3.4's, or that its help words differently.
const std::map<std::string, std::string> kOtherDefaults{
    {"data-dir", ""},
    {"discovery-fallback", "exit"},
    {"snapshot-count", "10000"},
    {"max-concurrent-streams", "4294967295"},
    {"backend-batch-interval", "0s"},
    {"pre-vote", "true"},
    {"logger", "zap"},
    {"grpc-keepalive-interval", "2h0m0s"},
    {"experimental-watch-progress-notify-interval", "10m0s"},
    {"experimental-backend-bbolt-freelist-type", "map"},
    {"experimental-compaction-batch-limit", "0"},
    {"proxy", ""},
    {"proxy-failure-wait", ""},
    {"proxy-refresh-interval", ""},
    {"proxy-dial-timeout", ""},
    {"proxy-write-timeout", ""},
    {"proxy-read-timeout", ""},
};

}  // namespace

TEST_CASE("every flag etcd lists is taken, with the same default") {
  const std::string program = peer_etcd();
  if (program.empty()) {
    MESSAGE("skipped: QUORATE_PEERS is not set to a directory with usr/bin/etcd or bin/etcd");
    return;
  }
  Config config;
  set_default_urls(config);
  const FlagSet flags{config};
  ChildProcess help{{program, "--help"}, {}};
  help.wait();
  const auto listed = listed_flags(help.output());
  CHECK(listed.size() >= 80);
  for (const auto& [name, value] : listed) {
    if (name == "version" || name == "config-file") continue;
    CAPTURE(name);
    const auto ours = flags.names().find(name);
    REQUIRE(ours != flags.names().end());
    const auto other = kOtherDefaults.find(name);
    CHECK(text_of(ours->second->target) == (other == kOtherDefaults.end() ? value : other->second));
  }
}

TEST_CASE("etcd refuses the same command lines with the same words") {
  const std::string program = peer_etcd();
  if (program.empty()) {
    MESSAGE("skipped: QUORATE_PEERS is not set to a directory with usr/bin/etcd or bin/etcd");
    return;
  }
  const TempDir dir;
  int tried = 0;
  for (const Refusal& refusal : refusals()) {
    if (!refusal.is_in_34) continue;
    CAPTURE(join_commas(refusal.args));
    CAPTURE(join_commas(refusal.environment));
    std::vector<std::string> args{program, "--logger=zap", "--data-dir=" + dir.file("data")};
    args.insert(args.end(), refusal.args.begin(), refusal.args.end());
    ChildProcess etcd{args, refusal.environment};
    CHECK(etcd.wait() == refusal.exit_code);
    CHECK_MESSAGE(says(etcd.output(), refusal.text), etcd.output(), " lacks ", refusal.text);
    ++tried;
  }
  CHECK(tried > 40);
}
