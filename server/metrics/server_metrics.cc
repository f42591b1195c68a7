#include "server/metrics/server_metrics.h"

#include <algorithm>

namespace quorate::metrics {
namespace {

constexpr Buckets kFromTenthMs = Buckets::exponential(0.0001, 20);
constexpr Buckets kFromOneMs = Buckets::exponential(0.001, 14);

// "3.5.9", "3.6.0-alpha.0+x"; anything longer or with other characters is no version.
bool is_version(std::string_view text) {
  constexpr std::size_t kMax = 32;
  return !text.empty() && text.size() <= kMax && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '+' || c == '_';
  });
}

}  // namespace

Server::Server(Registry& r)
    : has_leader{r, "etcd_server_has_leader",
                 "Whether or not a leader exists. 1 is existence, 0 is not."},
      is_leader{r, "etcd_server_is_leader",
                "Whether or not this member is a leader. 1 if is, 0 otherwise."},
      is_learner{r, "etcd_server_is_learner",
                 "Whether or not this member is a learner. 1 if is, 0 otherwise."},
      leader_changes_seen{r, "etcd_server_leader_changes_seen_total",
                          "The number of leader changes seen."},
      heartbeat_send_failures{r, "etcd_server_heartbeat_send_failures_total",
                              "The total number of leader heartbeat send failures (likely "
                              "overloaded from slow disk)."},
      proposals_committed{r, "etcd_server_proposals_committed_total",
                          "The total number of consensus proposals committed."},
      proposals_applied{r, "etcd_server_proposals_applied_total",
                        "The total number of consensus proposals applied."},
      proposals_pending{r, "etcd_server_proposals_pending",
                        "The current number of pending proposals to commit."},
      proposals_failed{r, "etcd_server_proposals_failed_total",
                       "The total number of failed proposals seen."},
      slow_apply{r, "etcd_server_slow_apply_total",
                 "The total number of slow apply requests (likely overloaded from slow disk)."},
      slow_read_indexes{r, "etcd_server_slow_read_indexes_total",
                        "The total number of pending read indexes not in sync with leader's or "
                        "timed out read index requests."},
      read_indexes_failed{r, "etcd_server_read_indexes_failed_total",
                          "The total number of failed read indexes seen."},
      snapshot_apply_in_progress{r, "etcd_server_snapshot_apply_in_progress_total",
                                 "1 if the server is applying the incoming snapshot. 0 if none."},
      learner_promote_successes{r, "etcd_server_learner_promote_successes",
                                "The total number of successful learner promotions while this "
                                "member is leader."},
      learner_promote_failures{r,
                               "etcd_server_learner_promote_failures",
                               "The total number of failed learner promotions (likely learner not "
                               "ready) while this member is leader.",
                               {"Reason"}},
      quota_backend_bytes{r, "etcd_server_quota_backend_bytes",
                          "Current backend storage quota size in bytes."},
      lease_expired{r, "etcd_debugging_server_lease_expired_total",
                    "The total number of expired leases."},
      alarms{r,
             "etcd_debugging_server_alarms",
             "Alarms for every member in cluster. 1 for 'server_id' label with current ID. 2 for "
             "'alarm_type' label with type of this alarm",
             {"server_id", "alarm_type"}},
      auth_revision{r, "etcd_debugging_auth_revision", "The current revision of auth store."},
      apply_duration{r,
                     "etcd_server_apply_duration_seconds",
                     "The latency distributions of v2 apply called by backend.",
                     {"version", "op", "success"},
                     kFromTenthMs},
      range_duration{r,
                     "etcd_server_range_duration_seconds",
                     "The latency distributions of txn.Range",
                     {"success"},
                     kFromTenthMs},
      request_duration{r,
                       "etcd_server_request_duration_seconds",
                       "Response latency distribution in seconds for each type.",
                       {"type", "success"},
                       kFromOneMs},
      client_requests{r,
                      "etcd_server_client_requests_total",
                      "The total number of client requests per client version.",
                      {"type", "client_api_version"}},
      health_success{r, "etcd_server_health_success",
                     "The total number of successful health checks"},
      health_failures{r, "etcd_server_health_failures", "The total number of failed health checks"},
      healthcheck{r,
                  "etcd_server_healthcheck",
                  "The result of each kind of healthcheck.",
                  {"type", "name"}},
      healthchecks{r,
                   "etcd_server_healthchecks_total",
                   "The total number of each kind of healthcheck.",
                   {"type", "name", "status"}},
      version{r,
              "etcd_server_version",
              "Which version is running. 1 for 'server_version' label with current version.",
              {"server_version"}},
      go_version{r,
                 "etcd_server_go_version",
                 "Which Go version server is running with. 1 for 'server_go_version' label with "
                 "current version.",
                 {"server_go_version"}},
      id{r,
         "etcd_server_id",
         "Server or member ID in hexadecimal format. 1 for 'server_id' label with current ID.",
         {"server_id"}},
      cluster_version{r,
                      "etcd_cluster_version",
                      "Which version is running. 1 for 'cluster_version' label with current "
                      "cluster version",
                      {"cluster_version"}},
      feature_enabled{r,
                      "etcd_server_feature_enabled",
                      "Whether or not a feature is enabled. 1 is enabled, 0 is not.",
                      {"name", "stage"}} {}

Counter& Server::client_request(std::string_view type, std::string_view client_version) {
  return client_requests.with(
      {std::string{type}, std::string{is_version(client_version) ? client_version : "unknown"}});
}

}  // namespace quorate::metrics
