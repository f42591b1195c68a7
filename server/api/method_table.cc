#include <deque>
#include <string>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "common/ensure.h"
#include "server/api/method.h"
#include "server/metrics/grpc_metrics.h"

namespace quorate::api {
namespace {

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
using Map = boost::unordered_flat_map<std::string, const Route*, Hash, std::equal_to<>>;

const Route* find(const Map& map, std::string_view path) {
  const auto found = map.find(path);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

struct MethodTable::Maps {
  std::deque<Route> routes;
  Map by_grpc;
  Map by_http;
  boost::unordered_flat_set<std::string_view, Hash, std::equal_to<>> services;
};

MethodTable::MethodTable(const metrics::Grpc& metrics) : maps_{std::make_unique<Maps>()} {
  for (const Method& method : methods()) {
    maps_->services.insert(method.service);
    std::string path{"/"};
    path.append(method.service).append("/").append(method.name);
    const auto* counters = metrics.method(path);
    ENSURE(counters != nullptr);
    const Route& route = maps_->routes.emplace_back(Route{method, *counters});
    maps_->by_grpc.emplace(std::move(path), &route);
    if (!method.http_path.empty()) maps_->by_http.emplace(method.http_path, &route);
    if (!method.http_alias.empty()) maps_->by_http.emplace(method.http_alias, &route);
  }
}

MethodTable::~MethodTable() = default;

const Route* MethodTable::find_grpc(std::string_view path) const {
  return find(maps_->by_grpc, path);
}

const Route* MethodTable::find_http(std::string_view path) const {
  return find(maps_->by_http, path);
}

// The words of Go's gRPC server.
Error MethodTable::unknown(std::string_view path) const {
  std::string_view rest = path;
  if (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
  const auto slash = rest.rfind('/');
  if (slash == std::string_view::npos) {
    return {Code::unimplemented, "malformed method name: \"" + std::string{path} + '"'};
  }
  const std::string service{rest.substr(0, slash)};
  const std::string name{rest.substr(slash + 1)};
  if (!maps_->services.contains(service)) {
    return {Code::unimplemented, "unknown service " + service};
  }
  return {Code::unimplemented, "unknown method " + name + " for service " + service};
}

}  // namespace quorate::api
