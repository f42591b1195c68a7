#include "server/api/peer_pages.h"

#include <array>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/hex.h"
#include "common/json/string_literal.h"
#include "server/api/clean_path.h"
#include "server/api/pages.h"
#include "server/api/redirect.h"
#include "server/api/text_page.h"

namespace quorate::api {
namespace {

constexpr net::HeaderLine kJson{"content-type", "application/json"};
constexpr net::HeaderLine kPlain{"content-type", "text/plain; charset=utf-8"};
constexpr net::HeaderLine kNoSniff{"x-content-type-options", "nosniff"};

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

void append_list(std::string_view name, const std::vector<std::string>& items, std::string& out) {
  out.append("\"").append(name).append("\":[");
  for (const auto& item : items) {
    if (out.back() != '[') out += ',';
    json::append_string(item, out);
  }
  out += ']';
}

// As etcd's members read it from each other: by id, without what is empty.
std::string members_body(const membership::Members& members) {
  std::string out = "[";
  for (const auto& member : members.list()) {
    if (out.size() > 1) out += ',';
    out += "{\"id\":" + std::to_string(member.id.value()) + ",";
    append_list("peerURLs", member.peer_urls, out);
    if (member.is_learner) out += ",\"isLearner\":true";
    if (!member.name.empty()) json::append_string(member.name, out += ",\"name\":");
    if (!member.client_urls.empty()) append_list("clientURLs", member.client_urls, out += ",");
    out += '}';
  }
  return out + "]\n";
}

// RFC 3339 with the digits of a second up to the last that is not zero, as Go writes times.
std::string time_text(Clock::Wall time) {
  const auto nanoseconds = time.time_since_epoch().count();
  const std::time_t seconds = nanoseconds / kNanosecondsPerSecond;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::string fraction =
      std::to_string(kNanosecondsPerSecond + nanoseconds % kNanosecondsPerSecond);
  fraction.front() = '.';
  fraction.erase(fraction.find_last_not_of("0.") + 1);
  return text.data() + fraction + "Z";
}

}  // namespace

net::ResponderPtr PeerPages::open(const net::RequestHead& head, net::ExchangePtr exchange) {
  const auto path = unescape_path(head.path);
  if (!path) return open_text_page(std::move(exchange), 400, "400 Bad Request");
  if (const std::string clean = clean_path(*path); clean != *path) {
    return open_redirect(std::move(exchange), head, clean);
  }
  if (*path == "/raft/probing") {
    return open_page(std::move(exchange), 200, {kPlain},
                     "{\"OK\":true,\"Now\":\"" + time_text(clock_.wall()) + "\"}\n");
  }
  if (*path != "/version" && *path != "/members") {
    return open_text_page(std::move(exchange), 404, "404 page not found\n");
  }
  if (head.method != "GET") {
    return open_page(std::move(exchange), 405, {kPlain, kNoSniff, {"allow", "GET"}},
                     "Method Not Allowed\n");
  }
  if (*path == "/version") {
    return open_page(std::move(exchange), 200, {kJson}, version_body(services_));
  }
  return open_page(std::move(exchange), 200, {kJson}, members_body(services_.replica.members()),
                   {"x-etcd-cluster-id", to_hex(services_.replica.config().cluster)});
}

}  // namespace quorate::api
