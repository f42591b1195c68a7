#include "server/metrics/grpc_metrics.h"

#include <google/protobuf/descriptor.h>

#include "common/ensure.h"
#include "proto/health.pb.h"
#include "proto/rpc.pb.h"
#include "proto/v3election.pb.h"
#include "proto/v3lock.pb.h"

namespace quorate::metrics {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

constexpr Buckets kHandling = Buckets::of({.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10});

std::string type_of(const MethodDescriptor& method) {
  if (method.client_streaming()) return method.server_streaming() ? "bidi_stream" : "client_stream";
  return method.server_streaming() ? "server_stream" : "unary";
}

std::array<const FileDescriptor*, 4> files() {
  return {etcdserverpb::RangeRequest::descriptor()->file(),
          v3lockpb::LockRequest::descriptor()->file(),
          v3electionpb::CampaignRequest::descriptor()->file(),
          grpc::health::v1::HealthCheckRequest::descriptor()->file()};
}

}  // namespace

Grpc::Grpc(Registry& r, Detail detail)
    : started_{r,
               "grpc_server_started_total",
               "Total number of RPCs started on the server.",
               {"grpc_type", "grpc_service", "grpc_method"}},
      handled_{r,
               "grpc_server_handled_total",
               "Total number of RPCs completed on the server, regardless of success or failure.",
               {"grpc_type", "grpc_service", "grpc_method", "grpc_code"}},
      msg_received_{r,
                    "grpc_server_msg_received_total",
                    "Total number of RPC stream messages received on the server.",
                    {"grpc_type", "grpc_service", "grpc_method"}},
      msg_sent_{r,
                "grpc_server_msg_sent_total",
                "Total number of gRPC stream messages sent by the server.",
                {"grpc_type", "grpc_service", "grpc_method"}} {
  if (detail == Detail::extensive) {
    handling_.emplace_back(
        r, "grpc_server_handling_seconds",
        "Histogram of response latency (seconds) of gRPC that had been "
        "application-level handled by the server.",
        Family<Histogram>::LabelNames{"grpc_type", "grpc_service", "grpc_method"}, kHandling);
  }
  for (const FileDescriptor* file : files()) {
    for (int s = 0; s < file->service_count(); ++s) {
      const auto* service = file->service(s);
      for (int m = 0; m < service->method_count(); ++m) {
        add(service->full_name(), service->method(m)->name(), type_of(*service->method(m)));
      }
    }
  }
}

void Grpc::add(const std::string& service, const std::string& method, const std::string& type) {
  GrpcMethod cells{};
  cells.started = &started_.with({type, service, method});
  cells.msg_received = &msg_received_.with({type, service, method});
  cells.msg_sent = &msg_sent_.with({type, service, method});
  for (std::size_t code = 0; code < kCodes; ++code) {
    const std::string name{code_name(static_cast<Code>(code))};
    cells.handled_by_code[code] = &handled_.with({type, service, method, name});
  }
  if (!handling_.empty()) cells.handling = &handling_.front().with({type, service, method});
  ENSURE(methods_.emplace("/" + service + "/" + method, cells).second);
}

const GrpcMethod* Grpc::method(std::string_view path) const {
  const auto found = methods_.find(path);
  return found == methods_.end() ? nullptr : &found->second;
}

}  // namespace quorate::metrics
