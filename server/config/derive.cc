#include "server/config/derive.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/ensure.h"
#include "common/go_text.h"

namespace quorate::config {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kPeerUrl = "http://localhost:2380";
constexpr std::string_view kClientUrl = "http://localhost:2379";
constexpr std::string_view kDefaultName = "default";

std::vector<Url> one_url(std::string_view text) {
  auto url = Url::parse(text);
  ENSURE(url.has_value());
  return {std::move(*url)};
}

// "name=url,name=url": what --initial-cluster is when only a name is given.
std::string cluster_of_one(const Config& c, std::string_view name) {
  std::string text;
  for (const Url& url : c.cluster.advertise_peer_urls) {
    if (!text.empty()) text += ',';
    text += fmt::format("{}={}", name.empty() ? kDefaultName : name, url.text());
  }
  return text;
}

std::string default_cluster() {
  return fmt::format("{}={}", kDefaultName, kPeerUrl);
}

bool is_only(const std::vector<Url>& urls, std::string_view text) {
  return urls.size() == 1 && urls[0].text() == text;
}

// Listening on every address while advertising localhost helps nobody elsewhere.
bool advertise_host(const std::vector<Url>& listen, std::vector<Url>& advertised,
                    std::string_view untouched, const std::string& host) {
  if (!is_only(advertised, untouched) || listen.empty() || listen[0].host_name() != "0.0.0.0") {
    return false;
  }
  const bool is_v6 = host.find(':') != std::string::npos;
  advertised = one_url(fmt::format("{}://{}{}{}:{}", advertised[0].scheme(), is_v6 ? "[" : "", host,
                                   is_v6 ? "]" : "", listen[0].port()));
  return true;
}

void use_default_host(Config& c, const Result<std::string>& host, const Log& log) {
  if (!host) {
    log.info("failed to detect default host", {{"error", host.error().message}});
    return;
  }
  const bool peers =
      advertise_host(c.listen.peer_urls, c.cluster.advertise_peer_urls, kPeerUrl, *host);
  const bool clients =
      advertise_host(c.listen.client_urls, c.cluster.advertise_client_urls, kClientUrl, *host);
  if (peers || clients) log.info("detected default host for advertise", {{"host", *host}});
}

template <class T>
void default_if_zero(T& value, T instead) {
  if (value == T{}) value = instead;
}

void fill_numbers(Config& c) {
  default_if_zero(c.storage.quota_backend_bytes, std::int64_t{2} << 30);
  default_if_zero(c.storage.backend_batch_interval, std::chrono::nanoseconds{100ms});
  default_if_zero(c.storage.backend_batch_limit, std::int64_t{10'000});
  default_if_zero(c.raft.snapshot_count, RaftConfig{}.snapshot_count);
  default_if_zero(c.compaction.batch_limit, std::int64_t{1'000});
  default_if_zero(c.compaction.sleep_interval, std::chrono::nanoseconds{10ms});
  default_if_zero(c.http.watch_progress_notify_interval,
                  HttpConfig{}.watch_progress_notify_interval);
  default_if_zero(c.checks.warning_unary_request_duration,
                  CheckConfig{}.warning_unary_request_duration);
  default_if_zero(c.tls_policy.self_signed_cert_validity_years, std::uint64_t{1});
}

void raise_to_minimum(std::chrono::nanoseconds& value, std::string_view flag, const Log& log) {
  constexpr std::chrono::nanoseconds kLeast = 5s;
  if (value >= kLeast) return;
  value = kLeast;
  log.info(fmt::format("{} increased to minimum value: {}", flag, go_duration(kLeast)));
}

void correct_bcrypt_cost(AuthConfig& auth, const Log& log) {
  constexpr std::uint64_t kLeast = 4;
  constexpr std::uint64_t kMost = 31;
  if (auth.bcrypt_cost >= kLeast && auth.bcrypt_cost <= kMost) return;
  const std::uint64_t instead = AuthConfig{}.bcrypt_cost;
  log.warn("use default bcrypt cost instead of the invalid given cost",
           {{"min-cost", kLeast},
            {"max-cost", kMost},
            {"default-cost", instead},
            {"given-cost", auth.bcrypt_cost}});
  auth.bcrypt_cost = instead;
}

}  // namespace

void set_default_urls(Config& c) {
  c.listen.peer_urls = one_url(kPeerUrl);
  c.listen.client_urls = one_url(kClientUrl);
  c.cluster.advertise_peer_urls = one_url(kPeerUrl);
  c.cluster.advertise_client_urls = one_url(kClientUrl);
  c.cluster.initial_cluster = default_cluster();
}

void drop_defaults(Config& c, const FlagSet& flags, Source source) {
  if (source == Source::command_line && flags.is_set("listen-client-urls") &&
      !flags.is_set("advertise-client-urls")) {
    c.cluster.advertise_client_urls.clear();
  }
  const bool discovers = !c.discovery.srv.empty() || !c.discovery.srv_name.empty() ||
                         !c.discovery.endpoints.empty() || !c.discovery.url.empty();
  if (discovers && !flags.is_set("initial-cluster")) c.cluster.initial_cluster.clear();
}

void fill_defaults(Config& c, const std::function<Result<std::string>()>& default_host,
                   const Log& log) {
  use_default_host(c, default_host(), log);
  if (c.member.name != kDefaultName && c.cluster.initial_cluster == default_cluster()) {
    c.cluster.initial_cluster = cluster_of_one(c, c.member.name);
  }
  if (c.member.data_dir.empty()) {
    c.member.data_dir = c.member.name + ".etcd";
    log.warn("'data-dir' was empty; using default", {{"data-dir", c.member.data_dir}});
  }
  raise_to_minimum(c.raft.read_timeout, "raft-read-timeout", log);
  raise_to_minimum(c.raft.write_timeout, "raft-write-timeout", log);
  correct_bcrypt_cost(c.auth, log);
  fill_numbers(c);
}

}  // namespace quorate::config
