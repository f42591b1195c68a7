#include "ctl/discovery.h"

#include <algorithm>
#include <arpa/nameser.h>
#include <array>
#include <netdb.h>
#include <resolv.h>

#include <fmt/format.h>

namespace quorate::ctl {
namespace {

struct Service {
  unsigned priority = 0;
  unsigned weight = 0;
  unsigned port = 0;
  std::string host;
};

constexpr std::size_t kAnswerBytesMax = 65535;  // of a DNS message
constexpr int kFixedBytes = 6;                  // priority, weight and port before the name

Error lookup_error(const std::string& name, int reason) {
  const char* text = reason == TRY_AGAIN ? "server misbehaving" : "no such host";
  return {Code::unavailable, fmt::format("lookup {}: {}", name, text)};
}

// Appends what one record says, if it is an SRV record that is whole.
void add_service(const ns_msg& message, const ns_rr& record, std::vector<Service>& services) {
  if (ns_rr_type(record) != ns_t_srv || ns_rr_rdlen(record) <= kFixedBytes) return;
  const unsigned char* data = ns_rr_rdata(record);
  std::array<char, NS_MAXDNAME> name{};
  const int size = ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), data + kFixedBytes,
                                      name.data(), name.size());
  if (size < 0) return;
  services.push_back({ns_get16(data), ns_get16(data + 2), ns_get16(data + 4), name.data()});
}

Result<std::vector<Service>> look_up(const std::string& name) {
  std::vector<unsigned char> answer(kAnswerBytesMax);
  const int size =
      ::res_search(name.c_str(), ns_c_in, ns_t_srv, answer.data(), static_cast<int>(answer.size()));
  if (size < 0) return lookup_error(name, h_errno);
  ns_msg message;
  if (ns_initparse(answer.data(), std::min(size, static_cast<int>(answer.size())), &message) != 0) {
    return lookup_error(name, TRY_AGAIN);
  }
  std::vector<Service> services;
  for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
    ns_rr record;
    if (ns_parserr(&message, ns_s_an, i, &record) == 0) add_service(message, record, services);
  }
  std::stable_sort(services.begin(), services.end(), [](const Service& a, const Service& b) {
    return a.priority != b.priority ? a.priority < b.priority : a.weight > b.weight;
  });
  return services;
}

}  // namespace

Result<std::vector<std::string>> discover_endpoints(const std::string& domain,
                                                    const std::string& suffix) {
  const std::string tail = (suffix.empty() ? "" : '-' + suffix) + "._tcp." + domain;
  const auto secure = look_up("_etcd-client-ssl" + tail);
  const auto plain = look_up("_etcd-client" + tail);
  if (!secure && !plain) {
    return Error{Code::unavailable, fmt::format("dns lookup errors: {} and {}",
                                                secure.error().message, plain.error().message)};
  }
  std::vector<std::string> endpoints;
  const auto add = [&](const char* scheme, const Result<std::vector<Service>>& services) {
    if (!services) return;
    for (const Service& s : *services) {
      endpoints.push_back(fmt::format("{}://{}:{}", scheme, s.host, s.port));
    }
  };
  add("https", secure);
  add("http", plain);
  return endpoints;
}

}  // namespace quorate::ctl
