#include "server/config/check.h"

#include <arpa/inet.h>
#include <array>

#include <fmt/format.h>

#include "common/comma_list.h"
#include "common/go_text.h"
#include "server/config/config_error.h"

namespace quorate::config {
namespace {

[[noreturn]] void refuse(const std::string& reason) {
  throw ConfigError{kExitRefused, reason};
}

bool is_ip_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address;
  return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

// A name could lead somewhere else tomorrow.
void check_bind(const std::vector<Url>& urls) {
  for (const Url& url : urls) {
    const std::string host{url.host_name()};
    if (url.is_unix() || host == "localhost" || is_ip_address(host)) continue;
    refuse(fmt::format("expected IP in URL for binding ({})", url.text()));
  }
}

void check_advertised(const std::vector<Url>& urls, std::string_view flag, std::string_view form) {
  for (const Url& url : urls) {
    if (url.is_unix() || !url.host_name().empty()) continue;
    refuse(fmt::format("{} {} must be {} (unexpected empty host ({}))", flag,
                       go_quoted(join_commas(url_texts(urls))), form, url.text()));
  }
}

void check_addresses(const Config& c) {
  check_bind(c.listen.peer_urls);
  check_bind(c.listen.client_urls);
  check_bind(c.listen.client_http_urls);
  check_bind(c.listen.metrics_urls);
  check_advertised(c.cluster.advertise_peer_urls, "--initial-advertise-peer-urls", "\"host:port\"");
  check_advertised(c.cluster.advertise_client_urls, "--advertise-client-urls",
                   "in the format \"host:port\", \"unix:/path/to/socket\" or "
                   "\"unixs:/path/to/socket\"");
}

void check_bootstrap(Config& c) {
  const DiscoveryConfig& d = c.discovery;
  if (d.fallback == "proxy") {
    refuse("v2 proxy is deprecated, and --discovery-fallback can't be configured as \"proxy\"");
  }
  if (c.cluster.initial_cluster_state != "new" && c.cluster.initial_cluster_state != "existing") {
    refuse("unexpected clusterState " + go_quoted(c.cluster.initial_cluster_state));
  }
  c.cluster.state =
      c.cluster.initial_cluster_state == "new" ? ClusterState::fresh : ClusterState::existing;
  const int sources = (c.cluster.initial_cluster.empty() ? 0 : 1) + (d.srv.empty() ? 0 : 1) +
                      (d.endpoints.empty() ? 0 : 1) + (d.url.empty() ? 0 : 1);
  if (sources > 1) {
    refuse(
        "multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\", "
        "\"discovery-endpoints\" or \"discovery-srv\"");
  }
  if (d.token.empty() != d.endpoints.empty()) {
    refuse("both --discovery-token and --discovery-endpoints must be set");
  }
  for (const std::string& endpoint : d.endpoints) {
    if (trimmed(endpoint).empty()) {
      refuse("--discovery-endpoints must not contain empty endpoints");
    }
  }
}

void check_times(const Config& c) {
  const auto heartbeat = c.raft.heartbeat_interval.count();
  const auto election = c.raft.election_timeout.count();
  constexpr std::int64_t kElectionMax = 50'000;
  if (heartbeat == 0) refuse("--heartbeat-interval must be >0 (set to 0ms)");
  if (election == 0) refuse("--election-timeout must be >0 (set to 0ms)");
  if (5 * heartbeat > election) {
    refuse(fmt::format(
        "--election-timeout[{}ms] should be at least as 5 times as --heartbeat-interval[{}ms]",
        election, heartbeat));
  }
  if (election > kElectionMax) {
    refuse(fmt::format("--election-timeout[{}ms] is too long, and should be set less than {}ms",
                       election, kElectionMax));
  }
}

void check_compaction(const Config& c) {
  if (c.compaction.mode_name.empty()) refuse("undefined auto-compaction-mode");
  if (c.compaction.mode_name != "periodic" && c.compaction.mode_name != "revision") {
    refuse("unknown auto-compaction-mode " + go_quoted(c.compaction.mode_name));
  }
}

void check_tracing(const TracingConfig& tracing) {
  constexpr std::int64_t kSamplesMax = 1'000'000;
  if (!tracing.enable) return;
  const auto wrong = [](const std::string& why) {
    refuse("distributed tracing configurition is not valid: (" + why + ")");
  };
  if (tracing.samples_per_million < 0) wrong("tracing sampling rate must be positive");
  if (tracing.samples_per_million > kSamplesMax) {
    wrong(fmt::format("tracing sampling rate must be less than {}", kSamplesMax));
  }
}

void check_features(const FeatureGates& features, const Log& log) {
  const bool checkpoints = features.enabled(Feature::lease_checkpoint);
  const bool persists = features.enabled(Feature::lease_checkpoint_persist);
  if (persists && !checkpoints) {
    refuse(
        "enabling feature gate LeaseCheckpointPersist requires enabling feature gate "
        "LeaseCheckpoint");
  }
  if (checkpoints && !persists) {
    log.warn(
        "Detected that checkpointing is enabled without persistence. Consider enabling "
        "feature gate LeaseCheckpointPersist");
  }
}

TlsVersion tls_version(const std::string& name) {
  if (name.empty()) return TlsVersion::any;
  if (name == "TLS1.2") return TlsVersion::tls12;
  if (name == "TLS1.3") return TlsVersion::tls13;
  refuse(
      fmt::format("unexpected TLS version {} (must be one of: TLS1.2, TLS1.3)", go_quoted(name)));
}

void check_tls_versions(TlsPolicy& policy) {
  policy.min_version = tls_version(policy.min_version_name);
  policy.max_version = tls_version(policy.max_version_name);
  if (policy.max_version != TlsVersion::any && policy.min_version > policy.max_version) {
    refuse(fmt::format("min version ({}) is greater than max version ({})", policy.min_version_name,
                       policy.max_version_name));
  }
  if (policy.min_version == TlsVersion::tls13 && !policy.cipher_suites.empty()) {
    refuse("cipher suites cannot be configured when only TLS1.3 is enabled");
  }
}

}  // namespace

void check(Config& c, const Log& log) {
  check_addresses(c);
  check_bootstrap(c);
  check_times(c);
  if (c.cluster.advertise_client_urls.empty()) {
    refuse("--advertise-client-urls is required when --listen-client-urls is set explicitly");
  }
  check_compaction(c);
  check_tracing(c.tracing);
  check_features(c.features, log);
  if (c.checks.compact_hash_check_time.count() <= 0) {
    refuse(fmt::format("--compact-hash-check-time must be >0 (set to {})",
                       go_duration(c.checks.compact_hash_check_time)));
  }
  if (c.member.name == "default") {
    log.warn(
        "it isn't recommended to use default name, please set a value for --name. Note that "
        "etcd might run into issue when multiple members have the same default name",
        {{"name", c.member.name}});
  }
  check_tls_versions(c.tls_policy);
}

}  // namespace quorate::config
