// Who this member is, whom it forms a cluster with, and how they agree.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/url.h"

namespace quorate::config {

struct MemberConfig {
  std::string name = "default";
  std::string data_dir;  // empty until load() has made it "<name>.etcd"
  std::string wal_dir;   // empty = member/wal in the data directory
};

enum class ClusterState : std::uint8_t { fresh, existing };  // "new" is a word of C++

// How a cluster is put together at the first start; a member with a log on its disk ignores it,
// but for the advertised client URLs and the limits.
struct ClusterConfig {
  std::vector<Url> advertise_peer_urls;    // --initial-advertise-peer-urls
  std::vector<Url> advertise_client_urls;  // empty only until checked
  std::string initial_cluster;             // "name=url,.."; empty when discovery is asked
  std::string initial_cluster_state = "new";
  ClusterState state = ClusterState::fresh;  // out of initial_cluster_state, by load()
  std::string initial_cluster_token = "etcd-cluster";
  bool strict_reconfig_check = true;
  std::int64_t max_learners = 1;
  bool force_new_cluster = false;
};

// Finding the other members by asking: another cluster, or DNS. At most one of endpoints, srv and
// url is set, and then ClusterConfig::initial_cluster is not.
struct DiscoveryConfig {
  std::string srv;       // --discovery-srv, a DNS domain
  std::string srv_name;  // --discovery-srv-name, behind the service name
  std::string url;       // --discovery, the v2 protocol of etcd up to 3.6
  std::string proxy;     // --discovery-proxy, an HTTP proxy for `url`
  std::string fallback = "exit";

  std::vector<std::string> endpoints;  // --discovery-endpoints, of a v3 cluster
  std::string token;
  std::chrono::nanoseconds dial_timeout{std::chrono::seconds{2}};
  std::chrono::nanoseconds request_timeout{std::chrono::seconds{5}};
  std::chrono::nanoseconds keepalive_time{std::chrono::seconds{2}};
  std::chrono::nanoseconds keepalive_timeout{std::chrono::seconds{6}};
  bool insecure_transport = true;
  bool insecure_skip_tls_verify = false;
  std::string cert_file;  // --discovery-cert
  std::string key_file;   // --discovery-key
  std::string ca_file;    // --discovery-cacert
  std::string user;
  std::string password;
};

struct RaftConfig {
  std::chrono::milliseconds heartbeat_interval{100};
  std::chrono::milliseconds election_timeout{1000};  // at least 5 heartbeats, at most 50 s
  bool initial_election_tick_advance = true;
  bool pre_vote = true;
  std::uint64_t snapshot_count = 10'000;           // applied entries between raft snapshots
  std::uint64_t snapshot_catchup_entries = 5'000;  // of the log, kept for slow followers
  std::chrono::nanoseconds read_timeout{std::chrono::seconds{5}};   // --raft-read-timeout
  std::chrono::nanoseconds write_timeout{std::chrono::seconds{5}};  // --raft-write-timeout

  [[nodiscard]] std::uint64_t election_ticks() const {
    return static_cast<std::uint64_t>(election_timeout / heartbeat_interval);
  }
};

}  // namespace quorate::config
