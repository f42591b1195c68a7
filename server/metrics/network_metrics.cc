#include "server/metrics/network_metrics.h"

namespace quorate::metrics {
namespace {
constexpr Buckets kFromOneMs = Buckets::exponential(0.001, 14);
constexpr Buckets kSnapshots = Buckets::exponential(0.1, 10);
}  // namespace

Network::Network(Registry& r)
    : client_grpc_received_bytes{r, "etcd_network_client_grpc_received_bytes_total",
                                 "The total number of bytes received from grpc clients."},
      client_grpc_sent_bytes{r, "etcd_network_client_grpc_sent_bytes_total",
                             "The total number of bytes sent to grpc clients."},
      server_stream_failures{r,
                             "etcd_network_server_stream_failures_total",
                             "The total number of stream failures from the local server.",
                             {"Type", "API"}},
      known_peers{
          r, "etcd_network_known_peers", "The current number of known peers.", {"Local", "Remote"}},
      active_peers{r,
                   "etcd_network_active_peers",
                   "The current number of active peer connections.",
                   {"Local", "Remote"}},
      disconnected_peers{r,
                         "etcd_network_disconnected_peers_total",
                         "The total number of disconnected peers.",
                         {"Local", "Remote"}},
      peer_sent_bytes{r,
                      "etcd_network_peer_sent_bytes_total",
                      "The total number of bytes sent to peers.",
                      {"To"}},
      peer_received_bytes{r,
                          "etcd_network_peer_received_bytes_total",
                          "The total number of bytes received from peers.",
                          {"From"}},
      peer_sent_failures{r,
                         "etcd_network_peer_sent_failures_total",
                         "The total number of send failures from peers.",
                         {"To"}},
      peer_received_failures{r,
                             "etcd_network_peer_received_failures_total",
                             "The total number of receive failures from peers.",
                             {"From"}},
      peer_round_trip_time{r,
                           "etcd_network_peer_round_trip_time_seconds",
                           "Round-Trip-Time histogram between peers",
                           {"To"},
                           Buckets::exponential(0.0001, 16)},
      snapshot_send_success{r,
                            "etcd_network_snapshot_send_success",
                            "Total number of successful snapshot sends",
                            {"To"}},
      snapshot_send_failures{r,
                             "etcd_network_snapshot_send_failures",
                             "Total number of snapshot send failures",
                             {"To"}},
      snapshot_send_inflights{r,
                              "etcd_network_snapshot_send_inflights_total",
                              "Total number of inflight snapshot sends",
                              {"To"}},
      snapshot_send_total_duration{r,
                                   "etcd_network_snapshot_send_total_duration_seconds",
                                   "Total latency distributions of v3 snapshot sends",
                                   {"To"},
                                   kSnapshots},
      snapshot_receive_success{r,
                               "etcd_network_snapshot_receive_success",
                               "Total number of successful snapshot receives",
                               {"From"}},
      snapshot_receive_failures{r,
                                "etcd_network_snapshot_receive_failures",
                                "Total number of snapshot receive failures",
                                {"From"}},
      snapshot_receive_inflights{r,
                                 "etcd_network_snapshot_receive_inflights_total",
                                 "Total number of inflight snapshot receives",
                                 {"From"}},
      snapshot_receive_total_duration{r,
                                      "etcd_network_snapshot_receive_total_duration_seconds",
                                      "Total latency distributions of v3 snapshot receives",
                                      {"From"},
                                      kSnapshots} {}

WatchSendLoop::WatchSendLoop(Registry& r)
    : watch_stream_duration{r,
                            "etcd_debugging_server_watch_send_loop_watch_stream_duration_seconds",
                            "The total duration in seconds of running through the send loop watch "
                            "stream response all events.",
                            kFromOneMs},
      watch_stream_duration_per_event{
          r, "etcd_debugging_server_watch_send_loop_watch_stream_duration_per_event_seconds",
          "The average duration in seconds of running through the send loop watch stream response, "
          "per event.",
          kFromOneMs},
      control_stream_duration{
          r, "etcd_debugging_server_watch_send_loop_control_stream_duration_seconds",
          "The total duration in seconds of running through the send loop control stream response.",
          kFromOneMs},
      progress_duration{r, "etcd_debugging_server_watch_send_loop_progress_duration_seconds",
                        "The total duration in seconds of running through the progress loop "
                        "control stream response.",
                        kFromOneMs} {}

}  // namespace quorate::metrics
