// Decides what a request on the client port is: gRPC, the JSON gateway, or a page.
#pragma once

#include "server/api/grpc_call.h"
#include "server/net/http.h"

namespace quorate::api {

// Home: state thread. Outlives the connections.
class Application final : public net::Application {
 public:
  explicit Application(const GrpcContext& context) : context_{context} {}

  net::ResponderPtr open(const net::RequestHead& head, net::ExchangePtr exchange) override;

 private:
  GrpcContext context_;
};

}  // namespace quorate::api
