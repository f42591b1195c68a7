#include "server/config/load.h"

#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>

#include "tests/common/temp_dir.h"
#include "tests/config/try_load.h"

using namespace quorate;
using namespace quorate::config;
using namespace std::chrono_literals;

namespace {

bool logged(const Tried& tried, const std::string& part) {
  return std::any_of(tried.log.begin(), tried.log.end(),
                     [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

std::vector<std::string> texts(const std::vector<Url>& urls) {
  return url_texts(urls);
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("without flags everything has etcd's default") {
  const Config c = loaded({});
  CHECK(c.member.name == "default");
  CHECK(c.member.data_dir == "default.etcd");
  CHECK(texts(c.listen.client_urls) == Texts{"http://localhost:2379"});
  CHECK(texts(c.cluster.advertise_peer_urls) == Texts{"http://localhost:2380"});
  CHECK(c.cluster.initial_cluster == "default=http://localhost:2380");
  CHECK(c.cluster.state == ClusterState::fresh);
  CHECK(c.raft.snapshot_count == 10'000);
  CHECK(c.raft.election_ticks() == 10);
  CHECK(c.raft.read_timeout == 5s);
  CHECK(c.limits.max_request_bytes == 1'572'864);
  CHECK(c.limits.max_concurrent_streams == 4'294'967'295);
  CHECK(c.limits.handshake_timeout == 10s);
  CHECK(c.limits.body_timeout == 30s);
  CHECK(c.storage.quota_backend_bytes == 2'147'483'648);
  CHECK(c.storage.backend_batch_interval == 100ms);
  CHECK(c.storage.backend_batch_limit == 10'000);
  CHECK(c.storage.wal_segment_bytes == 64'000'000);
  CHECK(c.storage.value_cache_bytes == 16'777'216);
  CHECK(c.compaction.mode == CompactionMode::off);
  CHECK(c.compaction.batch_limit == 1'000);
  CHECK(c.compaction.sleep_interval == 10ms);
  CHECK(c.http.watch_progress_notify_interval == 10min);
  CHECK(c.tls_policy.min_version == TlsVersion::tls12);
  CHECK(c.tls_policy.max_version == TlsVersion::any);
  CHECK(c.log.level == LogLevel::info);
  CHECK(c.features.enabled(Feature::txn_mode_write_with_shared_buffer));
  CHECK_FALSE(c.features.enabled(Feature::initial_corrupt_check));
}

TEST_CASE("flags are read as Go's flag package reads them") {
  const Config c = loaded({"-name", "a", "--data-dir=/d", "-pre-vote=false", "--force-new-cluster",
                           "--snapshot-count=5", "--snapshot-count", "0x10", "--name=b",
                           "--election-timeout", "2000", "--quota-backend-bytes=-1", "--"});
  CHECK(c.member.name == "b");
  CHECK(c.member.data_dir == "/d");
  CHECK_FALSE(c.raft.pre_vote);
  CHECK(c.cluster.force_new_cluster);
  CHECK(c.raft.snapshot_count == 16);
  CHECK(c.raft.election_timeout == 2000ms);
  CHECK(c.storage.quota_backend_bytes == -1);
}

TEST_CASE("an election timeout of exactly 50 seconds or 5 heartbeats is allowed") {
  CHECK(loaded({"--heartbeat-interval=200"}).raft.election_ticks() == 5);
  CHECK(loaded({"--election-timeout=50000"}).raft.election_timeout == 50s);
}

TEST_CASE("lists are ordered and freed of duplicates as etcd does") {
  const Config c =
      loaded({"--listen-client-urls= http://127.0.0.1:3,http://127.0.0.1:1 ",
              "--advertise-client-urls=http://a:1,http://a:1", "--cors=http://b:1,http://a:1",
              "--host-whitelist=b,a,b",
              "--cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_AES_128_GCM_SHA256"});
  CHECK(texts(c.listen.client_urls) == Texts{"http://127.0.0.1:1", "http://127.0.0.1:3"});
  CHECK(texts(c.cluster.advertise_client_urls) == Texts{"http://a:1"});
  CHECK(c.http.cors == Texts{"http://a:1", "http://b:1"});
  CHECK(c.http.host_whitelist == Texts{"a", "b"});
  CHECK(c.tls_policy.cipher_suites[0] == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
}

TEST_CASE("an empty list of URLs leaves what there was") {
  CHECK(texts(loaded({"--listen-peer-urls="}).listen.peer_urls) == Texts{"http://localhost:2380"});
  CHECK(loaded({"--listen-metrics-urls="}).listen.metrics_urls.empty());
}

TEST_CASE("a name alone makes a cluster of one; initial-cluster and discovery are left alone") {
  CHECK(loaded({"--name=abc"}).cluster.initial_cluster == "abc=http://localhost:2380");
  CHECK(loaded({"--name=abc", "--initial-advertise-peer-urls=http://h:2,http://h:1"})
            .cluster.initial_cluster == "abc=http://h:1,abc=http://h:2");
  CHECK(loaded({"--name=abc", "--initial-cluster=x=http://y:1"}).cluster.initial_cluster ==
        "x=http://y:1");
  CHECK(loaded({"--name=abc", "--discovery-srv=example.com"}).cluster.initial_cluster.empty());
}

TEST_CASE("who listens everywhere and advertises localhost advertises the machine instead") {
  const Tried tried = try_load({"--name=a", "--listen-peer-urls=http://0.0.0.0:2381",
                                "--listen-client-urls=http://0.0.0.0:2378",
                                "--advertise-client-urls=http://localhost:2379"});
  REQUIRE(tried.config.has_value());
  CHECK(texts(tried.config->cluster.advertise_peer_urls) == Texts{"http://192.0.2.7:2381"});
  CHECK(texts(tried.config->cluster.advertise_client_urls) == Texts{"http://192.0.2.7:2378"});
  CHECK(tried.config->cluster.initial_cluster == "a=http://192.0.2.7:2381");
  CHECK(logged(tried, R"("msg":"detected default host for advertise","host":"192.0.2.7"})"));

  const Tried given = try_load(
      {"--listen-peer-urls=http://0.0.0.0:2380", "--initial-advertise-peer-urls=http://h:1"});
  CHECK(texts(given.config->cluster.advertise_peer_urls) == Texts{"http://h:1"});
}

TEST_CASE("the retention's unit depends on the mode") {
  const auto periodic = [](const std::string& text) {
    return loaded({"--auto-compaction-retention=" + text}).compaction;
  };
  CHECK(periodic("8").period == 8h);
  CHECK(periodic("8").mode == CompactionMode::periodic);
  CHECK(periodic("90m").period == 90min);
  CHECK(periodic("0").mode == CompactionMode::off);
  CHECK(periodic("").mode == CompactionMode::off);
  const auto revision =
      loaded({"--auto-compaction-mode=revision", "--auto-compaction-retention=10"});
  CHECK(revision.compaction.mode == CompactionMode::revision);
  CHECK(revision.compaction.revisions == 10);
  CHECK(try_load({"--auto-compaction-retention=-1h"}).error.has_value());
  CHECK(try_load({"--auto-compaction-retention=9999999"}).error.has_value());
}

TEST_CASE("0 stands for a number, and what is too small or out of range is corrected aloud") {
  const Tried tried = try_load({"--snapshot-count=0", "--raft-read-timeout=1s", "--bcrypt-cost=40",
                                "--warning-unary-request-duration=0s"});
  REQUIRE(tried.config.has_value());
  CHECK(tried.config->raft.snapshot_count == 10'000);
  CHECK(tried.config->raft.read_timeout == 5s);
  CHECK(tried.config->auth.bcrypt_cost == 10);
  CHECK(tried.config->checks.warning_unary_request_duration == 300ms);
  CHECK(logged(tried, "raft-read-timeout increased to minimum value: 5s"));
  CHECK(logged(tried, R"("msg":"use default bcrypt cost instead of the invalid given cost")"));
}

TEST_CASE("old spellings set the same values; experimental flags of features set gates") {
  const Tried tried =
      try_load({"--experimental-compaction-batch-limit=7", "--experimental-initial-corrupt-check",
                "--experimental-txn-mode-write-with-shared-buffer=false", "--max-snapshots=3", "-v",
                "--proxy-failure-wait=1", "--v2-deprecation=write-only,gone", "--debug",
                "--experimental-peer-skip-client-san-verification"});
  REQUIRE(tried.config.has_value());
  CHECK(tried.config->compaction.batch_limit == 7);
  CHECK(tried.config->features.enabled(Feature::initial_corrupt_check));
  CHECK_FALSE(tried.config->features.enabled(Feature::txn_mode_write_with_shared_buffer));
  CHECK(tried.config->log.level == LogLevel::debug);
  CHECK(tried.config->peer_tls.skip_client_san_verification);
  CHECK(logged(tried, "--max-snapshots is deprecated in 3.6 and will be decommissioned in 3.8."));
  CHECK(logged(tried,
               "--v2-deprecation is deprecated and scheduled for removal in v3.8. The "
               "default value is enforced, ignoring user input."));
  CHECK(logged(tried, R"("msg":"flag is no longer supported - ignoring","flag-name":"v"})"));
}

TEST_CASE("the log says what was given and what is dubious") {
  const Tried tried = try_load({"--log-level=info"});
  CHECK(logged(tried, R"("msg":"Running: ","args":["quorate","--log-level=info"]})"));
  CHECK(logged(tried, "it isn't recommended to use default name"));
  CHECK(logged(tried, R"("msg":"'data-dir' was empty; using default","data-dir":"default.etcd"})"));
  CHECK_FALSE(logged(try_load({"--log-level=warn"}), "Running: "));
}

TEST_CASE("a refused value is a warning and the end, a failed start fatal") {
  const Tried refused = try_load({"--heartbeat-interval=0"});
  REQUIRE(refused.log.size() == 2);
  CHECK(refused.log[0].find(R"("msg":"Running: ","args":["quorate","--heartbeat-interval=0"])") !=
        std::string::npos);
  CHECK(refused.log[1].starts_with(R"({"level":"warn")"));
  CHECK(refused.log[1].ends_with(R"("msg":"failed to verify flags",)"
                                 R"j("error":"--heartbeat-interval must be >0 (set to 0ms)"})j"));
  const Tried fatal = try_load({"--cipher-suites=FOO"});
  CHECK(fatal.log.back().starts_with(R"({"level":"fatal")"));
  CHECK(fatal.log.back().ends_with(
      R"("msg":"discovery failed","error":"unexpected TLS cipher suite \"FOO\""})"));
}

TEST_CASE("syntax errors are told in plain text with the usage, not in the log") {
  const Tried tried = try_load({"--nope"});
  REQUIRE(tried.error.has_value());
  CHECK(tried.log.empty());
  CHECK(tried.error->err.starts_with("flag provided but not defined: -nope\nUsage:\n"));
  CHECK(tried.error->out.empty());
}

TEST_CASE("too few files and sockets are refused") {
  static const SystemClock clock;
  Surroundings around;
  around.args = {"quorate", "--log-outputs=/dev/null"};
  around.default_host = [] { return Result<std::string>{Error{Code::unavailable, "none"}}; };
  around.file_descriptors_max = 150;
  CHECK_THROWS_WITH_AS((void)load(around, clock),
                       "file descriptor limit of etcd process is too low; please set higher",
                       ConfigError);
  around.file_descriptors_max = 151;
  CHECK_NOTHROW((void)load(around, clock));
}

TEST_CASE("lines go where --log-outputs says") {
  const TempDir dir;
  const std::string file = dir.file("log");
  const Tried tried = try_load({"--log-outputs=" + file, "--log-format=console"});
  CHECK(tried.log.empty());
  std::ifstream in{file};
  std::string line;
  REQUIRE(std::getline(in, line));
  CHECK(line.find("\twarn\tconfig/check.cc:") != std::string::npos);
}

TEST_CASE("a log file that may rotate does") {
  const TempDir dir;
  const Config c =
      loaded({"--log-outputs=" + dir.file("log"), "--enable-log-rotation",
              "--log-rotation-config-json={\"maxsize\":5,\"maxage\":3,\"maxbackups\":2,"
              "\"localtime\":true}"});
  CHECK(c.log.rotation.max_megabytes == 5);
  CHECK(c.log.rotation.max_days == 3);
  CHECK(c.log.rotation.max_backups == 2);
  CHECK(c.log.rotation.is_local_time);
  CHECK(std::filesystem::exists(dir.file("log")));
}

TEST_CASE("plain addresses beside certificates are pointed out") {
  const Tried tried = try_load({"--cert-file=c", "--key-file=k", "--client-cert-auth"});
  CHECK(logged(tried,
               "scheme is http or unix while key and cert files are present; ignoring key "
               "and cert files"));
  CHECK(logged(tried, "scheme is http or unix while --client-cert-auth is enabled"));
}

TEST_CASE("requests may be large, but that is pointed out") {
  CHECK(logged(try_load({"--max-request-bytes=10485761"}), "exceeded recommended request limit"));
  CHECK_FALSE(logged(try_load({"--max-request-bytes=10485760"}), "exceeded recommended"));
}

TEST_CASE("auto-tls serves https without a certificate being given") {
  CHECK_NOTHROW(loaded({"--auto-tls", "--listen-client-urls=https://127.0.0.1:1",
                        "--advertise-client-urls=https://127.0.0.1:1"}));
}
