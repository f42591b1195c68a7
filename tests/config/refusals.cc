#include "tests/config/refusals.h"

#include <iterator>

namespace quorate::config {
namespace {

using Refusals = std::vector<Refusal>;

// One flag with a value that cannot be read.
Refusal value(const std::string& flag, const std::string& text, const std::string& why) {
  return {{"--" + flag + "=" + text},
          {},
          2,
          "invalid value \"" + text + "\" for flag -" + flag + ": " + why};
}

Refusals syntax() {
  return {
      {{"---x"}, {}, 2, "bad flag syntax: ---x"},
      {{"-=x"}, {}, 2, "bad flag syntax: -=x"},
      {{"--=x"}, {}, 2, "bad flag syntax: --=x"},
      {{"--nope"}, {}, 2, "flag provided but not defined: -nope"},
      {{"--nope=1"}, {}, 2, "flag provided but not defined: -nope"},
      {{"-name"}, {}, 2, "flag needs an argument: -name"},
      {{"--name"}, {}, 2, "flag needs an argument: -name"},
      {{"--pre-vote=x"}, {}, 2, "invalid boolean value \"x\" for -pre-vote: parse error"},
      {{"--pre-vote="}, {}, 2, "invalid boolean value \"\" for -pre-vote: parse error"},
      {{"foo"}, {}, 1, "\"foo\" is not a valid flag", false},
      {{"-"}, {}, 1, "\"-\" is not a valid flag", false},
      {{"--", "--name"}, {}, 1, "\"--name\" is not a valid flag", false},
      {{"--pre-vote", "false"}, {}, 1, "\"false\" is not a valid flag", false},
      value("quota-backend-bytes", "08", "parse error"),
      value("quota-backend-bytes", "9223372036854775808", "value out of range"),
      value("snapshot-count", "-1", "parse error"),
      value("snapshot-count", "18446744073709551616", "value out of range"),
      value("heartbeat-interval", "99999999999999999999", "value out of range"),
      value("heartbeat-interval", "100ms", "parse error"),
      value("grpc-keepalive-min-time", "1", "parse error"),
      value("grpc-keepalive-min-time", "", "parse error"),
      value("max-concurrent-streams", "4294967296",
            "strconv.ParseUint: parsing \"4294967296\": value out of range"),
      value("max-concurrent-streams", "x", "strconv.ParseUint: parsing \"x\": invalid syntax"),
      value("listen-client-urls", "localhost",
            "URL scheme must be http, https, unix, or unixs: localhost"),
      value("listen-peer-urls", "http://a:1,", "URL scheme must be http, https, unix, or unixs: "),
      value("cors", "http://x", "URL address does not have the form \"host:port\": http://x"),
      value("cors", "", "URL scheme must be http, https, unix, or unixs: "),
      value("initial-cluster-state", "x", "invalid value"),
      value("discovery-fallback", "x", "invalid value"),
      value("proxy", "x", "invalid value"),
      {{"--v2-deprecation=not-yet"},
       {},
       2,
       "invalid value \"not-yet\" for flag -v2-deprecation: invalid value \"not-yet\"",
       false},
      {{"--feature-gates=Foo=true"}, {}, 2, "unrecognized feature gate: Foo", false},
      {{"--feature-gates=AllAlpha"}, {}, 2, "missing bool value for AllAlpha", false},
  };
}

Refusals environment() {
  const std::string conflict =
      "is shadowed by corresponding command-line flag (either unset environment variable or "
      "disable flag";
  return {
      {{},
       {"ETCD_HEARTBEAT_INTERVAL=x"},
       1,
       "invalid value \"x\" for ETCD_HEARTBEAT_INTERVAL: parse error"},
      {{}, {"ETCD_PRE_VOTE=x"}, 1, "invalid value \"x\" for ETCD_PRE_VOTE: parse error"},
      {{},
       {"ETCD_LISTEN_CLIENT_URLS=x"},
       1,
       "invalid value \"x\" for ETCD_LISTEN_CLIENT_URLS: URL scheme must be http, https, unix, or "
       "unixs: x"},
      {{"--name=y"}, {"ETCD_NAME=x"}, 1, conflict},
      {{"--name=y"}, {"ETCD_NAME=y"}, 1, conflict},
      {{"--name=y"}, {"ETCD_NAME="}, 1, conflict},
  };
}

Refusals addresses() {
  return {
      {{"--listen-client-urls=http://127.0.0.1:0"},
       {},
       1,
       "--advertise-client-urls is required when --listen-client-urls is set explicitly"},
      {{"--listen-client-urls=http://example.com:2379", "--advertise-client-urls=http://a:1"},
       {},
       1,
       "expected IP in URL for binding (http://example.com:2379)"},
      {{"--listen-client-urls=HTTP://Example.com:2379", "--advertise-client-urls=http://a:1"},
       {},
       1,
       "expected IP in URL for binding (http://Example.com:2379)"},
      {{"--listen-client-urls=http://h\xc3\xb4st:1", "--advertise-client-urls=http://a:1"},
       {},
       1,
       "expected IP in URL for binding (http://h%C3%B4st:1)"},
      {{"--listen-client-urls=http://u:p@host:1?x=y#f", "--advertise-client-urls=http://a:1"},
       {},
       1,
       "expected IP in URL for binding (http://u:p@host:1?x=y#f)"},
      {{"--listen-client-urls=https://b:2, http://a:1 ,http://a:1",
        "--advertise-client-urls=http://a:1"},
       {},
       1,
       "expected IP in URL for binding (http://a:1)"},
      {{"--listen-metrics-urls=http://example.com:2379"},
       {},
       1,
       "expected IP in URL for binding (http://example.com:2379)"},
      {{"--listen-peer-urls=http://:2380"}, {}, 1, "expected IP in URL for binding (http://:2380)"},
      {{"--initial-advertise-peer-urls=http://:2380,http://a:1"},
       {},
       1,
       "--initial-advertise-peer-urls \"http://:2380,http://a:1\" must be \"host:port\" "
       "(unexpected empty host (http://:2380))"},
      {{"--advertise-client-urls=http://:2379"},
       {},
       1,
       "--advertise-client-urls \"http://:2379\" must be in the format \"host:port\", "
       "\"unix:/path/to/socket\" or \"unixs:/path/to/socket\" (unexpected empty host "
       "(http://:2379))",
       false},
  };
}

Refusals combinations() {
  const std::string sources =
      "multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\", "
      "\"discovery";
  return {
      {{"--discovery-srv=x", "--discovery=http://x"}, {}, 1, sources},
      {{"--discovery=http://x/y", "--initial-cluster=default=http://localhost:2380"},
       {},
       1,
       sources},
      {{"--discovery-endpoints=a:1", "--discovery-srv=x"},
       {},
       1,
       sources + "-endpoints\" or \"discovery-srv\"",
       false},
      {{"--discovery-token=x"},
       {},
       1,
       "both --discovery-token and --discovery-endpoints must be set",
       false},
      {{"--discovery-token=x", "--discovery-endpoints=a,,b"},
       {},
       1,
       "--discovery-endpoints must not contain empty endpoints",
       false},
      {{"--discovery-fallback=proxy"},
       {},
       1,
       "v2 proxy is deprecated, and --discovery-fallback can't be configured as \"proxy\"",
       false},
      {{"--heartbeat-interval=0"}, {}, 1, "--heartbeat-interval must be >0 (set to 0ms)"},
      {{"--election-timeout=0"}, {}, 1, "--election-timeout must be >0 (set to 0ms)"},
      {{"--heartbeat-interval=300"},
       {},
       1,
       "--election-timeout[1000ms] should be at least as 5 times as --heartbeat-interval[300ms]"},
      {{"--election-timeout=50001"},
       {},
       1,
       "--election-timeout[50001ms] is too long, and should be set less than 50000ms"},
  };
}

Refusals policies() {
  return {
      {{"--auto-compaction-mode=foo"}, {}, 1, "unknown auto-compaction-mode \"foo\""},
      {{"--auto-compaction-mode="}, {}, 1, "undefined auto-compaction-mode", false},
      {{"--compact-hash-check-time=0"},
       {},
       1,
       "--compact-hash-check-time must be >0 (set to 0s)",
       false},
      {{"--feature-gates=LeaseCheckpointPersist=true"},
       {},
       1,
       "enabling feature gate LeaseCheckpointPersist requires enabling feature gate "
       "LeaseCheckpoint",
       false},
      {{"--tls-min-version=TLS1.1"},
       {},
       1,
       "unexpected TLS version \"TLS1.1\" (must be one of: TLS1.2, TLS1.3)",
       false},
      {{"--tls-min-version=TLS1.3", "--tls-max-version=TLS1.2"},
       {},
       1,
       "min version (TLS1.3) is greater than max version (TLS1.2)",
       false},
      {{"--tls-min-version=TLS1.3", "--cipher-suites=TLS_AES_128_GCM_SHA256"},
       {},
       1,
       "cipher suites cannot be configured when only TLS1.3 is enabled",
       false},
      {{"--enable-distributed-tracing", "--distributed-tracing-sampling-rate=-1"},
       {},
       1,
       "distributed tracing configurition is not valid: (tracing sampling rate must be positive)",
       false},
      {{"--compaction-batch-limit=5", "--experimental-compaction-batch-limit=5"},
       {},
       1,
       "cannot set --experimental-compaction-batch-limit and --compaction-batch-limit at the same "
       "time, please use --compaction-batch-limit only",
       false},
      {{"--experimental-initial-corrupt-check", "--feature-gates=InitialCorruptCheck=false"},
       {},
       1,
       "cannot specify both flags: --experimental-initial-corrupt-check=true and "
       "--feature-gates=InitialCorruptCheck=false at the same time, please just use "
       "--feature-gates=InitialCorruptCheck=false",
       false},
  };
}

Refusals logging() {
  return {
      {{"--logger=foo"}, {}, 1, "unknown logger option \"foo\""},
      {{"--logger=capnslog"}, {}, 1, "--logger=capnslog is removed in v3.5", false},
      {{"--log-outputs=default,stderr"},
       {},
       1,
       "multi logoutput for \"default\" is not supported yet"},
      {{"--log-outputs=/nonexistent/x"},
       {},
       1,
       "open sink \"/nonexistent/x\": open /nonexistent/x: no such file or directory"},
      {{"--log-level=foo"}, {}, 2, "unrecognized level: \"foo\"", false},
      {{"--log-format=x"}, {}, 1, "unknown log format: x, supported values json, console", false},
      {{"--enable-log-rotation"},
       {},
       1,
       "--log-outputs requires a single file path when --log-rotate-config-json is defined",
       false},
      {{"--enable-log-rotation", "--log-outputs=/tmp/a,/tmp/b"},
       {},
       1,
       "--log-outputs requires a single file path when --log-rotate-config-json is defined",
       false},
      {{"--enable-log-rotation", "--log-outputs=/nonexistent/x", "--log-rotation-config-json={"},
       {},
       1,
       "improperly formatted log rotation config: ",
       false},
      {{"--enable-log-rotation", "--log-outputs=/nonexistent/x",
        "--log-rotation-config-json={\"maxsize\":\"1\"}"},
       {},
       1,
       "invalid log rotation config: ",
       false},
      {{"--config-file=/nonexistent"}, {}, 1, "open /nonexistent: no such file or directory"},
      {{"--config-file=/tmp"}, {}, 1, "read /tmp: is a directory"},
      {{}, {"ETCD_CONFIG_FILE=/nonexistent"}, 1, "open /nonexistent: no such file or directory"},
  };
}

// Found when ports are about to be opened.
Refusals start() {
  const Refusals found{
      {{"--cipher-suites=FOO"}, {}, 1, "unexpected TLS cipher suite \"FOO\""},
      {{"--cipher-suites="}, {}, 1, "unexpected TLS cipher suite \"\""},
      {{"--listen-client-urls=https://127.0.0.1:0"},
       {},
       1,
       "TLS key/cert (--cert-file, --key-file) must be provided for client url "
       "https://127.0.0.1:0 with HTTPS scheme"},
      {{"--listen-peer-urls=https://127.0.0.1:0"}, {}, 1, "cannot listen on TLS for 127.0.0.1:"},
      {{"--listen-peer-urls=https://127.0.0.1:0", "--peer-cert-file=x"},
       {},
       1,
       "KeyFile and CertFile must both be present[key: , cert: x]"},
      {{"--listen-peer-urls=https://127.0.0.1:0", "--peer-cert-file=x", "--peer-key-file=y",
        "--peer-cert-allowed-cn=a", "--peer-cert-allowed-hostname=b,c"},
       {},
       1,
       "AllowedCNs and AllowedHostnames are mutually exclusive (cns=[\"a\"], hostnames=[\"b\" "
       "\"c\"])",
       false},
      {{"--listen-metrics-urls=https://127.0.0.1:0"},
       {},
       1,
       "client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url",
       false},
      {{"--listen-client-http-urls=http://127.0.0.1:0"},
       {},
       1,
       "cannot bind both --listen-client-urls and --listen-client-http-urls on the same url "
       "http://127.0.0.1:0",
       false},
      {{"--auto-compaction-retention=1x"},
       {},
       1,
       "error parsing CompactionRetention: time: unknown unit \"x\" in duration \"1x\""},
      {{"--auto-compaction-retention=1h1"},
       {},
       1,
       "error parsing CompactionRetention: time: missing unit in duration \"1h1\""},
      {{"--auto-compaction-mode=revision", "--auto-compaction-retention=x"},
       {},
       1,
       "error parsing CompactionRetention: time: invalid duration \"x\""},
  };
  // On ports that are free for sure.
  Refusals all;
  for (Refusal refusal : found) {
    std::vector<std::string> args{"--listen-peer-urls=http://127.0.0.1:0",
                                  "--listen-client-urls=http://127.0.0.1:0",
                                  "--advertise-client-urls=http://a:1"};
    args.insert(args.end(), refusal.args.begin(), refusal.args.end());
    refusal.args = args;
    all.push_back(refusal);
  }
  return all;
}

}  // namespace

std::vector<Refusal> refusals() {
  Refusals all;
  for (const auto part : {syntax, environment, addresses, combinations, policies, logging, start}) {
    Refusals some = part();
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace quorate::config
