// What the member does as a member: its part in consensus, requests, alarms, health.
// Names: etcd_server_<field> where nothing else is said.
#pragma once

#include <string_view>

#include "server/metrics/registry.h"

namespace quorate::metrics {

struct Server {
  explicit Server(Registry& registry);

  // ---- Updated by the state home (replica).
  Gauge has_leader;  // 0 or 1, as is_leader, is_learner
  Gauge is_leader;
  Gauge is_learner;
  Counter leader_changes_seen;      // .._total
  Counter heartbeat_send_failures;  // .._total
  Gauge proposals_committed;        // .._total: the log's commit index, hence a gauge
  Gauge proposals_applied;          // .._total
  Gauge proposals_pending;
  Counter proposals_failed;          // .._total
  Counter slow_apply;                // .._total
  Counter slow_read_indexes;         // .._total
  Counter read_indexes_failed;       // .._total
  Gauge snapshot_apply_in_progress;  // .._total, 0 or 1
  Counter learner_promote_successes;
  Family<Counter> learner_promote_failures;  // Reason
  Gauge quota_backend_bytes;                 // the quota itself; -1 = none
  Counter lease_expired;                     // etcd_debugging_server_lease_expired_total
  Family<Gauge> alarms;                      // etcd_debugging_server_alarms: server_id, alarm_type
  Gauge auth_revision;                       // etcd_debugging_auth_revision
  Family<Histogram> apply_duration;    // .._seconds: version (v2, v3), op, success (true, false)
  Family<Histogram> range_duration;    // .._seconds: success
  Family<Histogram> request_duration;  // .._seconds: type (Put, Txn, ..), success

  // ---- Updated by the net homes (api, health pages).
  Family<Counter> client_requests;  // .._total: type (unary, stream), client_api_version
  Counter health_success;
  Counter health_failures;
  Family<Gauge> healthcheck;     // type, name
  Family<Counter> healthchecks;  // .._total: type, name, status

  // ---- Set by main, and cluster_version by the state home: always 1, the value is the label.
  Family<Gauge> version;          // server_version
  Family<Gauge> go_version;       // server_go_version
  Family<Gauge> id;               // server_id, hexadecimal
  Family<Gauge> cluster_version;  // etcd_cluster_version: cluster_version; the one before is 0
  Family<Gauge> feature_enabled;  // name, stage

  // The cell of a request of this kind; `version` is what the client says of itself, so anything.
  Counter& client_request(std::string_view type, std::string_view client_version);
};

}  // namespace quorate::metrics
