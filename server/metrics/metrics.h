// Every metric there is. main makes one of these and hands each part to whom it concerns; there is
// no other way to a cell.
#pragma once

#include "server/metrics/grpc_metrics.h"
#include "server/metrics/network_metrics.h"
#include "server/metrics/process_metrics.h"
#include "server/metrics/registry.h"
#include "server/metrics/server_metrics.h"
#include "server/metrics/storage_metrics.h"

namespace quorate::metrics {

// etcd's gRPC proxy counts in every etcd; this server has none, so these stay 0.
struct GrpcProxy {
  explicit GrpcProxy(Registry& registry);

  Gauge cache_hits;
  Gauge cache_keys;
  Gauge cache_misses;
  Counter events_coalescing;
  Gauge watchers_coalescing;
};

struct Metrics {
  explicit Metrics(Detail detail)
      : server{registry},
        disk{registry},
        snap{registry},
        mvcc{registry},
        lease{registry},
        keyspace{registry},
        network{registry},
        watch_send_loop{registry},
        grpc{registry, detail},
        grpc_proxy{registry} {
    add_process(registry);
  }

  Registry registry;
  Server server;
  Disk disk;
  Snap snap;
  Mvcc mvcc;
  Lease lease;
  Keyspace keyspace;
  Network network;
  WatchSendLoop watch_send_loop;
  Grpc grpc;
  GrpcProxy grpc_proxy;
};

}  // namespace quorate::metrics
