#include "server/metrics/metrics.h"

namespace quorate::metrics {

GrpcProxy::GrpcProxy(Registry& r)
    : cache_hits{r, "etcd_grpc_proxy_cache_hits_total", "Total number of cache hits"},
      cache_keys{r, "etcd_grpc_proxy_cache_keys_total", "Total number of keys/ranges cached"},
      cache_misses{r, "etcd_grpc_proxy_cache_misses_total", "Total number of cache misses"},
      events_coalescing{r, "etcd_grpc_proxy_events_coalescing_total",
                        "Total number of events coalescing"},
      watchers_coalescing{r, "etcd_grpc_proxy_watchers_coalescing_total",
                          "Total number of current watchers coalescing"} {}

}  // namespace quorate::metrics
