#include "server/config/environment.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/config/try_load.h"

using namespace quorate;
using namespace quorate::config;

namespace {
long count_logged(const Tried& tried, const std::string& part) {
  return std::count_if(tried.log.begin(), tried.log.end(), [&](const std::string& line) {
    return line.find(part) != std::string::npos;
  });
}
}  // namespace

TEST_CASE("a flag's variable is in upper case with underscores") {
  CHECK(variable_name("data-dir") == "ETCD_DATA_DIR");
  CHECK(variable_name("experimental-enable-v2v3") == "ETCD_EXPERIMENTAL_ENABLE_V2V3");
  CHECK(value_of({"A=1", "AB=2=3", "AB=4"}, "AB") == "2=3");
  CHECK(value_of({"AB"}, "AB").empty());
}

TEST_CASE("variables set what flags do not, and say so") {
  const Tried tried = try_load(
      {"--name=n"}, {"ETCD_DATA_DIR=/d", "ETCD_PRE_VOTE=false", "PATH=/bin",
                     "ETCD_ELECTION_TIMEOUT=", "ETCD_LISTEN_CLIENT_URLS=http://127.0.0.1:1",
                     "ETCD_ADVERTISE_CLIENT_URLS=http://a:1",
                     "ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL=5s"});
  REQUIRE(tried.config.has_value());
  CHECK(tried.config->member.data_dir == "/d");
  CHECK_FALSE(tried.config->raft.pre_vote);
  CHECK(tried.config->raft.election_timeout == std::chrono::seconds{1});
  CHECK(tried.config->http.watch_progress_notify_interval == std::chrono::seconds{5});
  CHECK(url_texts(tried.config->listen.client_urls) ==
        std::vector<std::string>{"http://127.0.0.1:1"});
  CHECK(count_logged(tried, R"("level":"info")") > 0);
  CHECK(count_logged(tried, R"("msg":"recognized and used environment variable",)"
                            R"("variable-name":"ETCD_DATA_DIR","variable-value":"/d"})") == 1);
  CHECK(count_logged(tried, "recognized and used") == 5);
  CHECK(count_logged(tried, "unrecognized") == 0);
}

TEST_CASE("a variable nobody knows is a warning; ETCD_VERSION a special one") {
  const Tried tried = try_load({}, {"ETCD_ON_K8S=yes", "ETCD_VERSION=3.5", "ETCDCTL_API=3"});
  REQUIRE(tried.config.has_value());
  CHECK(count_logged(tried, R"("level":"warn")") >= 2);
  CHECK(count_logged(tried, R"("msg":"unrecognized environment variable",)"
                            R"("environment-variable":"ETCD_ON_K8S=yes"})") == 1);
  CHECK(count_logged(tried, R"("msg":"cannot set special environment variable",)"
                            R"("key":"ETCD_VERSION","value":"3.5"})") == 1);
  CHECK(count_logged(tried, "unrecognized") == 1);
}

TEST_CASE("a variable beside its flag is fatal, and the log names it") {
  const Tried tried = try_load({"--name=y"}, {"ETCD_NAME=x"});
  REQUIRE(tried.error.has_value());
  REQUIRE(tried.log.size() == 1);
  CHECK(tried.log[0].starts_with(R"({"level":"fatal")"));
  CHECK(tried.log[0].ends_with(R"("environment-variable":"ETCD_NAME"})"));
}
