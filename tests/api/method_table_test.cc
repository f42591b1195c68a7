#include <set>

#include <doctest/doctest.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/api/method.h"
#include "server/metrics/metrics.h"

using namespace quorate;
using namespace quorate::api;

namespace {

struct Fixture {
  metrics::Metrics metrics{metrics::Detail::basic};
  MethodTable table{metrics.grpc};
};

std::string grpc_path(const Method& method) {
  return "/" + std::string{method.service} + "/" + std::string{method.name};
}

}  // namespace

TEST_CASE("every method is what its .proto says: messages, streams, handler") {
  const auto& pool = *google::protobuf::DescriptorPool::generated_pool();
  CHECK(methods().size() >= 11);
  for (const Method& method : methods()) {
    const std::string name = std::string{method.service} + "." + std::string{method.name};
    CAPTURE(name);
    const auto* descriptor = pool.FindMethodByName(name);
    REQUIRE(descriptor != nullptr);
    CHECK(method.request().GetDescriptor() == descriptor->input_type());
    CHECK(method.response().GetDescriptor() == descriptor->output_type());
    CHECK(descriptor->server_streaming() == (method.kind != MethodKind::unary));
    CHECK(descriptor->client_streaming() == (method.kind == MethodKind::bidi_stream));
    CHECK((method.handle != nullptr) == (method.kind != MethodKind::bidi_stream));
    CHECK((method.open != nullptr) == (method.kind == MethodKind::bidi_stream));
  }
}

TEST_CASE("every method is found under each of its names, which are its own") {
  const Fixture f;
  std::set<std::string> names;
  for (const Method& method : methods()) {
    CAPTURE(grpc_path(method));
    const Route* route = f.table.find_grpc(grpc_path(method));
    REQUIRE(route != nullptr);
    CHECK(&route->method == &method);
    CHECK(names.insert(grpc_path(method)).second);
    for (const auto path : {method.http_path, method.http_alias}) {
      if (path.empty()) continue;
      CHECK(f.table.find_http(path) == route);
      CHECK(names.insert(std::string{path}).second);
    }
  }
}

TEST_CASE("nothing else is found") {
  const Fixture f;
  for (const std::string_view path :
       {"", "/", "/etcdserverpb.KV/", "etcdserverpb.KV/Range", "/etcdserverpb.KV/Range/",
        "/etcdserverpb.KV/range", "//Range"}) {
    CAPTURE(path);
    CHECK(f.table.find_grpc(path) == nullptr);
  }
  for (const std::string_view path : {"", "/", "/kv", "/kv/range/", "kv/range", "/kv/Range"}) {
    CAPTURE(path);
    CHECK(f.table.find_http(path) == nullptr);
  }
}

TEST_CASE("an unknown name is refused in the words of Go's gRPC server") {
  const Fixture f;
  const auto text = [&](std::string_view path) {
    const Error error = f.table.unknown(path);
    CHECK(error.code == Code::unimplemented);
    return error.message;
  };
  CHECK(text("/etcdserverpb.KV/Nope") == "unknown method Nope for service etcdserverpb.KV");
  CHECK(text("/nope.Nope/Range") == "unknown service nope.Nope");
  CHECK(text("/a/b/c") == "unknown service a/b");
  CHECK(text("/nope") == "malformed method name: \"/nope\"");
  CHECK(text("") == "malformed method name: \"\"");
}
