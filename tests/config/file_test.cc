#include "server/config/file.h"

#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>

#include "tests/common/temp_dir.h"
#include "tests/config/try_load.h"

using namespace quorate;
using namespace quorate::config;
using namespace std::chrono_literals;

namespace {

using Texts = std::vector<std::string>;

Tried try_file(const std::string& text, std::vector<std::string> args = {},
               const std::vector<std::string>& environment = {}) {
  const TempDir dir;
  const std::string path = dir.file("etcd.yaml");
  std::ofstream{path} << text;
  args.push_back("--config-file=" + path);
  return try_load(args, environment);
}

Config from_file(const std::string& text) {
  const Tried tried = try_file(text);
  if (tried.error) FAIL(std::string{tried.error->what()});
  return *tried.config;
}

std::string error_of(const std::string& text) {
  const Tried tried = try_file(text);
  return tried.error ? tried.error->what() : "";
}

}  // namespace

TEST_CASE("a YAML file sets everything under etcd's keys") {
  const Config c = from_file(R"(
name: 'n1'
data-dir: /data
snapshot-count: 5000
heartbeat-interval: 200
election-timeout: 1500
quota-backend-bytes: 8589934592
listen-client-urls: http://127.0.0.1:2, http://127.0.0.1:1
advertise-client-urls: http://a:1
cors: "*"
host-whitelist: b,a
initial-cluster-state: existing
grpc-keepalive-min-time: 10000000000
watch-progress-notify-interval: 5000000000
auto-compaction-retention: 8
strict-reconfig-check: false
unknown-key: {deep: [1, 2]}
wal-dir: ~
log-outputs: [stdout, /dev/null]
cipher-suites: [TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256]
feature-gates: InitialCorruptCheck=true
experimental-corrupt-check-time: 3600000000000
client-transport-security:
  cert-file: c.pem
  key-file: k.pem
  client-cert-auth: true
  trusted-ca-file: ca.pem
  allowed-hostname: [h1, h2]
peer-transport-security:
  auto-tls: true
  allowed-cn: [member]
  skip-client-san-verification: true
socket-options:
  reuse-port: true
)");
  CHECK(c.member.name == "n1");
  CHECK(c.raft.snapshot_count == 5000);
  CHECK(c.raft.heartbeat_interval == 200ms);
  CHECK(c.storage.quota_backend_bytes == 8'589'934'592);
  CHECK(url_texts(c.listen.client_urls) == Texts{"http://127.0.0.1:1", "http://127.0.0.1:2"});
  CHECK(c.http.host_whitelist == Texts{"a", "b"});
  CHECK(c.cluster.state == ClusterState::existing);
  CHECK(c.limits.keepalive_min_time == 10s);
  CHECK(c.http.watch_progress_notify_interval == 5s);
  CHECK(c.compaction.period == 8h);
  CHECK_FALSE(c.cluster.strict_reconfig_check);
  CHECK(c.member.wal_dir.empty());
  CHECK(c.log.outputs == Texts{"/dev/null", "stdout"});
  CHECK(c.tls_policy.cipher_suites == Texts{"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"});
  CHECK(c.features.enabled(Feature::initial_corrupt_check));
  CHECK(c.checks.corrupt_check_time == 1h);
  CHECK(c.client_tls.cert_file == "c.pem");
  CHECK(c.client_tls.client_cert_auth);
  CHECK(c.client_tls.allowed_hostnames == Texts{"h1", "h2"});
  CHECK(c.peer_tls.auto_tls);
  CHECK(c.peer_tls.allowed_cns == Texts{"member"});
  CHECK(c.peer_tls.skip_client_san_verification);
  CHECK(c.listen.reuse_port);
}

TEST_CASE("JSON, also with tabs, is a configuration file too") {
  const Config c =
      from_file("{\n\t\"name\": \"n1\",\n\t\"snapshot-count\": 7,\n\t\"pre-vote\": false\n}\n");
  CHECK(c.member.name == "n1");
  CHECK(c.raft.snapshot_count == 7);
  CHECK_FALSE(c.raft.pre_vote);
}

TEST_CASE("discovery's client lies in maps of its own") {
  const Config c = from_file(R"(
discovery-config:
  token: t
  client:
    endpoints: [b:1, a:1]
    dial-timeout: 1000000000
    secure: {cert: c.pem, insecure-transport: false}
    auth: {username: u, password: p}
)");
  CHECK(c.discovery.endpoints == Texts{"a:1", "b:1"});
  CHECK(c.discovery.token == "t");
  CHECK(c.discovery.dial_timeout == 1s);
  CHECK(c.discovery.cert_file == "c.pem");
  CHECK_FALSE(c.discovery.insecure_transport);
  CHECK(c.discovery.user == "u");
  CHECK(c.cluster.initial_cluster.empty());
}

TEST_CASE("an empty file and an empty map leave the defaults") {
  for (const char* text : {"", "# nothing\n", "{}", "---\n"}) {
    CAPTURE(text);
    CHECK(from_file(text).member.name == "default");
  }
}

TEST_CASE("with a file, flags and variables count for nothing and do not conflict") {
  const Tried tried =
      try_file("name: f\n", {"--name=x", "--election-timeout=1", "--pre-vote=false"},
               {"ETCD_NAME=y", "ETCD_HEARTBEAT_INTERVAL=nonsense"});
  REQUIRE(tried.config.has_value());
  CHECK(tried.config->member.name == "f");
  CHECK(tried.config->raft.pre_vote);
  CHECK(tried.config->cluster.initial_cluster == "f=http://localhost:2380");
  CHECK(std::any_of(tried.log.begin(), tried.log.end(), [](const std::string& line) {
    return line.find(
               "loaded server configuration, other configuration command line flags and "
               "environment variables will be ignored if provided\",\"path\":\"") !=
           std::string::npos;
  }));
}

TEST_CASE("listening for clients elsewhere does not forget what is advertised, in a file") {
  const Config c = from_file("listen-client-urls: http://127.0.0.1:1\n");
  CHECK(url_texts(c.cluster.advertise_client_urls) == Texts{"http://localhost:2379"});
}

TEST_CASE("flat TLS keys, CRLs and raft timeouts are not read from files") {
  const Config c = from_file("cert-file: x\nclient-crl-file: y\nraft-read-timeout: 10s\n");
  CHECK(c.client_tls.cert_file.empty());
  CHECK(c.client_tls.crl_file.empty());
}

TEST_CASE("values of the wrong kind are refused with the place and what is expected") {
  CHECK(
      error_of("name: n\ngrpc-keepalive-min-time: 10s\n") ==
      "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go struct "
      "field configYAML.Config.grpc-keepalive-min-time of type time.Duration (line 2: a number of "
      "nanoseconds is expected)");
  CHECK(error_of("snapshot-count: \"5\"\n")
            .find("cannot unmarshal string into Go struct field "
                  "configYAML.Config.snapshot-count of type uint64") != std::string::npos);
  CHECK(error_of("snapshot-count: 1.5\n").find("cannot unmarshal number 1.5 into") !=
        std::string::npos);
  CHECK(error_of("pre-vote: 1\n").find("cannot unmarshal number 1 into") != std::string::npos);
  CHECK(error_of("pre-vote: \"true\"\n").find("cannot unmarshal string into") != std::string::npos);
  CHECK(error_of("name: {a: b}\n").find("cannot unmarshal object into") != std::string::npos);
  CHECK(error_of("name: [[a]]\n").find("cannot unmarshal array into") != std::string::npos);
  CHECK(error_of("snapshot-count: true\n").find("cannot unmarshal bool into") != std::string::npos);
  CHECK(error_of("snapshot-count: -5\n") == "invalid value \"-5\" for snapshot-count: parse error");
}

TEST_CASE("what is no YAML or no map is refused with the line") {
  CHECK(
      error_of("name: a\n  bad: [\n").starts_with("error converting YAML to JSON: yaml: line 2: "));
  CHECK(error_of("just text\n").find("cannot unmarshal string into Go value of type") !=
        std::string::npos);
  CHECK(error_of(std::string(2'000'000, '#')).find("is larger than a configuration file may be") !=
        std::string::npos);
  CHECK(error_of(std::string(100'000, '[')).starts_with("error converting YAML to JSON: "));
}

TEST_CASE("a bad URL and a bad cluster state have texts of their own") {
  const Tried tried = try_file("listen-client-urls: x\n");
  REQUIRE(tried.error.has_value());
  CHECK(tried.error->exit_code == 1);
  CHECK(tried.error->err ==
        "unexpected error setting up listen-client-urls: URL scheme must be http, https, unix, or "
        "unixs: x\n");
  CHECK(tried.log.empty());
  CHECK(error_of("initial-cluster-state: foo\n") == "unexpected clusterState \"foo\"");
  CHECK(from_file("initial-cluster-state: \"\"\n").cluster.state == ClusterState::fresh);
}
