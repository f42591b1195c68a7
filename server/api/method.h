// Every RPC, declared once: its gRPC name, its gateway path, its messages, its handler.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "server/api/call.h"

namespace google::protobuf {
class Message;
}

namespace quorate::metrics {
class Grpc;
struct GrpcMethod;
}  // namespace quorate::metrics

namespace quorate::api {

struct Services;

enum class MethodKind : std::uint8_t { unary, server_stream, bidi_stream };

struct Method {
  std::string_view service;  // "etcdserverpb.KV"
  std::string_view name;     // "Range"
  // Below "/v3"; a second one where there is an alias, empty where there is none.
  std::string_view http_path;
  std::string_view http_alias;
  MethodKind kind = MethodKind::unary;
  const google::protobuf::Message& (*request)();  // default instances, for JSON
  const google::protobuf::Message& (*response)();
  // Unary and server streams: one message in.
  void (*handle)(Services& services, const CallPtr& call, std::string_view message) = nullptr;
  // Streams both ways.
  std::unique_ptr<StreamHandler> (*open)(Services& services, const CallPtr& call) = nullptr;
};

// All of them, in the order of the specification.
[[nodiscard]] std::span<const Method> methods();

// A method as this process serves it.
struct Route {
  const Method& method;
  const metrics::GrpcMethod& counters;
};

// Finds methods by the names clients use.
class MethodTable {
 public:
  // `metrics` has every method, and outlives the table.
  explicit MethodTable(const metrics::Grpc& metrics);
  ~MethodTable();

  // `path`: "/etcdserverpb.KV/Range". Null when there is none.
  [[nodiscard]] const Route* find_grpc(std::string_view path) const;
  // `path`: "/kv/range".
  [[nodiscard]] const Route* find_http(std::string_view path) const;
  // What gRPC answers for a path that find_grpc does not know.
  [[nodiscard]] Error unknown(std::string_view path) const;

 private:
  struct Maps;
  std::unique_ptr<Maps> maps_;
};

}  // namespace quorate::api
