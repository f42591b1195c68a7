#include "server/config/help.h"

#include <sstream>

#include <doctest/doctest.h>

#include "server/config/flag_set.h"
#include "tests/config/try_load.h"

using namespace quorate;
using namespace quorate::config;

TEST_CASE("help puts the usage on standard error and every flag on standard output") {
  for (const char* word : {"-h", "--h", "--help", "-help=1"}) {
    const Tried tried = try_load({"--name=a", word, "--nope"});
    REQUIRE(tried.error.has_value());
    CHECK(tried.error->exit_code == 0);
    CHECK(tried.error->err.starts_with("Usage:\n"));
    CHECK(tried.log.empty());
    Config config;
    const FlagSet flags{config};
    for (const auto& [name, flag] : flags.names()) {
      CAPTURE(name);
      CHECK(tried.error->out.find("--" + name) != std::string::npos);
    }
  }
}

TEST_CASE("help shows defaults, examples and features, in lines that fit a terminal") {
  const ConfigError help = *try_load({"--help"}).error;
  CHECK(help.out.find("  --snapshot-count '10000'\n") != std::string::npos);
  CHECK(help.out.find("  --listen-client-urls 'http://localhost:2379'\n") != std::string::npos);
  CHECK(help.out.find("  InitialCorruptCheck=true|false (ALPHA - default=false)\n") !=
        std::string::npos);
  CHECK(help.out.find("\nExamples:\n") != std::string::npos);
  std::istringstream lines{help.out + help.err};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  --")) CHECK_MESSAGE(line.size() <= 100, line);
  }
}

TEST_CASE("the version has etcd's four lines and our own") {
  // After the syntax, before the meaning is looked at.
  const Tried tried = try_load({"--version", "--heartbeat-interval=0"}, {"ETCD_NAME=x"});
  REQUIRE(tried.error.has_value());
  CHECK(tried.error->exit_code == 0);
  CHECK(tried.error->err.empty());
  std::istringstream lines{tried.error->out};
  for (const char* begin : {"etcd Version: 3.", "Git SHA: ", "Go Version: ", "Go OS/Arch: linux/",
                            "Quorate Version: "}) {
    std::string line;
    REQUIRE(std::getline(lines, line));
    CHECK(line.starts_with(begin));
  }
  CHECK(try_load({"--version", "--nope"}).error->exit_code == 2);
  CHECK(try_load({"--version=false"}).config.has_value());
}
