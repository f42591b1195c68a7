// Decides what a request on the client port is: gRPC, the JSON gateway, or a page.
#pragma once

#include <utility>

#include "server/api/grpc_call.h"
#include "server/api/http_policy.h"
#include "server/api/pages.h"
#include "server/api/services.h"
#include "server/net/http.h"

namespace quorate::api {

// Home: state thread. Outlives the connections.
class Application final : public net::Application {
 public:
  Application(const GrpcContext& context, HttpPolicy policy, PageSources pages)
      : context_{context}, policy_{std::move(policy)}, pages_{std::move(pages)} {
    context_.services.load = &load;
  }

  net::ResponderPtr open(const net::RequestHead& head, net::ExchangePtr exchange) override;

 private:
  net::ResponderPtr open_http(const net::RequestHead& head, net::ExchangePtr exchange);

  GrpcContext context_;
  HttpPolicy policy_;
  PageSources pages_;
};

}  // namespace quorate::api
