// gRPC on the server's side (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
#pragma once

#include <cstddef>

#include "server/api/method.h"
#include "server/net/http.h"

namespace quorate::metrics {
struct Metrics;
}

namespace quorate::api {

struct Services;

// What calls share. Outlives them.
struct GrpcContext {
  Services& services;
  const MethodTable& methods;
  metrics::Metrics& metrics;
  std::size_t message_bytes_max;           // of a request
  std::chrono::milliseconds body_timeout;  // from the head to the end of a unary request
};

// Answers the request itself when it is no good gRPC.
[[nodiscard]] net::ResponderPtr open_grpc(const GrpcContext& context, const net::RequestHead& head,
                                          net::ExchangePtr exchange);

}  // namespace quorate::api
