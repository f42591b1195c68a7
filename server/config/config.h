// Everything the server is told when it starts: flags, ETCD_* variables or a configuration file,
// checked and with defaults filled in by load() (load.h). Plain values from here on; each group
// goes by const reference to whom it concerns.
//
// A comment names the flag where it is not the field's own name with dashes.
#pragma once

#include "server/config/cluster_config.h"
#include "server/config/feature_gates.h"
#include "server/config/network_config.h"
#include "server/config/operation_config.h"
#include "server/config/storage_config.h"
#include "server/config/tls_config.h"

namespace quorate::config {

struct Config {
  MemberConfig member;
  ClusterConfig cluster;
  DiscoveryConfig discovery;
  RaftConfig raft;

  ListenConfig listen;
  ClientLimits limits;
  HttpConfig http;

  TlsConfig client_tls;
  TlsConfig peer_tls;
  TlsPolicy tls_policy;
  AuthConfig auth;

  StorageConfig storage;
  CompactionConfig compaction;
  CheckConfig checks;

  LogConfig log;
  MetricsConfig metrics;
  TracingConfig tracing;

  FeatureGates features;
};

}  // namespace quorate::config
