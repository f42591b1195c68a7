// Requests by service and method. Names: grpc_server_<field>. Every combination is there from the
// start, at 0, as rates need it.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "common/error.h"
#include "server/metrics/registry.h"

namespace quorate::metrics {

inline constexpr std::size_t kCodes = 17;

// One RPC method; ask for it once and keep the reference. Updated by the net homes.
struct GrpcMethod {
  Counter* started;       // .._total
  Counter* msg_received;  // .._total
  Counter* msg_sent;      // .._total
  std::array<Counter*, kCodes> handled_by_code;
  Histogram* handling;  // .._seconds; null unless asked for

  void handled(Code code) const { handled_by_code[static_cast<std::size_t>(code)]->add(); }
};

enum class Detail : std::uint8_t { basic, extensive };  // --metrics

class Grpc {
 public:
  // Finds the methods in the services' descriptors.
  Grpc(Registry& registry, Detail detail);

  // Of "/etcdserverpb.KV/Range"; null for what is no method.
  [[nodiscard]] const GrpcMethod* method(std::string_view path) const;
  [[nodiscard]] std::size_t method_count() const { return methods_.size(); }

 private:
  void add(const std::string& service, const std::string& method, const std::string& type);

  Family<Counter> started_;
  Family<Counter> handled_;
  Family<Counter> msg_received_;
  Family<Counter> msg_sent_;
  std::deque<Family<Histogram>> handling_;  // one, or none
  std::map<std::string, GrpcMethod, std::less<>> methods_;
};

}  // namespace quorate::metrics
