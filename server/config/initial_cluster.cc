#include "server/config/initial_cluster.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "common/comma_list.h"
#include "common/go_text.h"

namespace quorate::config {
namespace {

Error bad(std::string message) {
  return Error{Code::invalid_argument, std::move(message)};
}

Status check_named(const Config& config, const InitialCluster& cluster) {
  if (cluster.contains(config.member.name)) return {};
  return bad(fmt::format("couldn't find local name {} in the initial cluster configuration",
                         go_quoted(config.member.name)));
}

Status check_duplicates(const InitialCluster& cluster) {
  std::set<std::string> seen;
  for (const auto& [name, urls] : cluster) {
    for (const Url& url : urls) {
      if (seen.insert(url.text()).second) continue;
      return bad(
          fmt::format("initial cluster {} has duplicate url", initial_cluster_text(cluster)));
    }
  }
  return {};
}

Result<std::vector<Url>> resolved(const std::vector<Url>& urls, const ResolveUrl& resolve) {
  std::vector<Url> all;
  for (const Url& url : urls) {
    if (url.is_unix() || url.host_name() == "localhost") {
      all.push_back(url);
      continue;
    }
    auto address = resolve(url);
    if (!address) {
      return bad(
          fmt::format("failed to resolve {} ({})", go_quoted(url.text()), address.error().message));
    }
    all.push_back(std::move(*address));
  }
  std::sort(all.begin(), all.end());
  return all;
}

// Both sorted. The error says in which way they differ.
Status check_same(const std::vector<Url>& advertised, const std::vector<Url>& described,
                  const ResolveUrl& resolve) {
  if (advertised.size() != described.size()) {
    return bad(fmt::format("len({}) != len({})", go_quoted_list(url_texts(advertised)),
                           go_quoted_list(url_texts(described))));
  }
  if (advertised == described) return {};
  const auto a = resolved(advertised, resolve);
  if (!a) return a.error();
  const auto b = resolved(described, resolve);
  if (!b) return b.error();
  for (std::size_t i = 0; i < a->size(); ++i) {
    if ((*a)[i] == (*b)[i]) continue;
    return bad(fmt::format("resolved urls: {} != {}", go_quoted((*a)[i].text()),
                           go_quoted((*b)[i].text())));
  }
  return {};
}

std::vector<std::string> missing(const std::vector<Url>& these, const std::vector<Url>& those,
                                 const std::string& prefix) {
  std::vector<std::string> texts;
  for (const Url& url : these) {
    if (std::find(those.begin(), those.end(), url) != those.end()) continue;
    texts.push_back(prefix + url.text());
  }
  return texts;
}

Status check_advertised(const Config& config, const std::vector<Url>& described,
                        const ResolveUrl& resolve) {
  std::vector<Url> advertised = config.cluster.advertise_peer_urls;
  std::sort(advertised.begin(), advertised.end());
  const Status same = check_same(advertised, described, resolve);
  if (same) return {};

  const std::string& why = same.error().message;
  const std::string list = join_commas(url_texts(advertised));
  const auto undeclared = missing(described, advertised, config.member.name + '=');
  if (!undeclared.empty()) {
    return bad(fmt::format(
        "--initial-cluster has {} but missing from --initial-advertise-peer-urls={} ({})",
        join_commas(undeclared), list, why));
  }
  const std::string own = initial_cluster_text({{config.member.name, advertised}});
  const auto undescribed = missing(advertised, described, "");
  if (!undescribed.empty()) {
    return bad(
        fmt::format("--initial-advertise-peer-urls has {} but missing from --initial-cluster={}",
                    join_commas(undescribed), own));
  }
  return bad(
      fmt::format("failed to resolve {} to match --initial-cluster={} ({})", list, own, why));
}

}  // namespace

Result<InitialCluster> parse_initial_cluster(std::string_view text) {
  InitialCluster cluster;
  for (const std::string& item : split_commas(text)) {
    if (item.empty()) continue;
    const auto equals = item.find('=');
    auto url = Url::parse(
        equals == std::string::npos ? "" : trimmed(std::string_view{item}.substr(equals + 1)));
    if (!url) return bad("error setting up initial cluster: " + url.error().message);
    cluster[item.substr(0, equals)].push_back(std::move(*url));
  }
  for (auto& [name, urls] : cluster) std::sort(urls.begin(), urls.end());
  return cluster;
}

std::string initial_cluster_text(const InitialCluster& cluster) {
  std::vector<std::string> pairs;
  for (const auto& [name, urls] : cluster) {
    for (const Url& url : urls) pairs.push_back(name + '=' + url.text());
  }
  std::sort(pairs.begin(), pairs.end());
  return join_commas(pairs);
}

Status check_new_cluster(const Config& config, const InitialCluster& cluster,
                         const ResolveUrl& resolve) {
  if (const Status named = check_named(config, cluster); !named) return named.error();
  const auto& described = cluster.at(config.member.name);
  if (const Status same = check_advertised(config, described, resolve); !same) return same.error();
  return check_duplicates(cluster);
}

Status check_existing_cluster(const Config& config, const InitialCluster& cluster) {
  if (!config.discovery.endpoints.empty() || !config.discovery.url.empty()) {
    return bad("discovery URL should not be set when joining existing initial cluster");
  }
  if (const Status named = check_named(config, cluster); !named) return named.error();
  return check_duplicates(cluster);
}

}  // namespace quorate::config
