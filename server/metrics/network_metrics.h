// Traffic with clients and with other members. Names: etcd_network_<field>.
#pragma once

#include "server/metrics/registry.h"

namespace quorate::metrics {

// Member ids in labels are hexadecimal without padding.
struct Network {
  explicit Network(Registry& registry);

  // ---- Updated by the net homes.
  Counter client_grpc_received_bytes;      // .._total
  Counter client_grpc_sent_bytes;          // .._total
  Family<Counter> server_stream_failures;  // .._total: Type (receive, send), API

  // ---- Updated by the home of the peer connections.
  Family<Gauge> known_peers;               // Local, Remote
  Family<Gauge> active_peers;              // Local, Remote
  Family<Counter> disconnected_peers;      // .._total: Local, Remote
  Family<Counter> peer_sent_bytes;         // .._total: To
  Family<Counter> peer_received_bytes;     // .._total: From
  Family<Counter> peer_sent_failures;      // .._total: To
  Family<Counter> peer_received_failures;  // .._total: From
  Family<Histogram> peer_round_trip_time;  // .._seconds: To

  Family<Counter> snapshot_send_success;              // To
  Family<Counter> snapshot_send_failures;             // To
  Family<Gauge> snapshot_send_inflights;              // .._total: To
  Family<Histogram> snapshot_send_total_duration;     // .._seconds: To
  Family<Counter> snapshot_receive_success;           // From
  Family<Counter> snapshot_receive_failures;          // From
  Family<Gauge> snapshot_receive_inflights;           // .._total: From
  Family<Histogram> snapshot_receive_total_duration;  // .._seconds: From
};

// How long sending to watchers takes. Names: etcd_debugging_server_watch_send_loop_<field>_seconds.
// Updated by the net homes.
struct WatchSendLoop {
  explicit WatchSendLoop(Registry& registry);

  Histogram watch_stream_duration;
  Histogram watch_stream_duration_per_event;
  Histogram control_stream_duration;
  Histogram progress_duration;
};

}  // namespace quorate::metrics
