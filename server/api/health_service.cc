#include "server/api/health_service.h"

#include "proto/health.pb.h"
#include "server/api/request.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// Only the server as a whole is known: the empty name. It serves for as long as it answers.
HealthCheckResponse status_of(std::string_view service) {
  HealthCheckResponse response;
  response.set_status(service.empty() ? HealthCheckResponse::SERVING
                                      : HealthCheckResponse::SERVICE_UNKNOWN);
  return response;
}

}  // namespace

void health_check(Services& /*services*/, const CallPtr& call, std::string_view message) {
  HealthCheckRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!request.service().empty()) return call->fail({Code::not_found, "unknown service"});
  call->send(Reply{status_of("")});
}

void health_list(Services& /*services*/, const CallPtr& call, std::string_view message) {
  grpc::health::v1::HealthListRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  grpc::health::v1::HealthListResponse response;
  (*response.mutable_statuses())[""] = status_of("");
  call->send(Reply{response});
}

// The stream stays open; the status does not change while the server runs.
void health_watch(Services& /*services*/, const CallPtr& call, std::string_view message) {
  HealthCheckRequest request;
  if (!parse_or_fail_stream(message, *call, request)) return;
  call->send(Reply{status_of(request.service())});
}

}  // namespace quorate::api
