// The static description of a cluster: --initial-cluster. Looked at only by a member without a log.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/url.h"
#include "server/config/config.h"

namespace quorate::config {

// A member's name to its peer URLs, sorted.
using InitialCluster = std::map<std::string, std::vector<Url>>;

// "a=http://h:1,b=http://i:1,a=http://h:2". The error is a bad URL's.
Result<InitialCluster> parse_initial_cluster(std::string_view text);
// The same form back, sorted.
[[nodiscard]] std::string initial_cluster_text(const InitialCluster& cluster);

// The URL with its host's address in place of its name. Called only when URLs differ as written;
// not for localhost and unix sockets, which stand for themselves.
using ResolveUrl = std::function<Result<Url>(const Url&)>;

// What etcd demands of the description before it forms a cluster: this member is in it, under the
// peer URLs it advertises, and no URL stands there twice. The errors have etcd's texts.
Status check_new_cluster(const Config& config, const InitialCluster& cluster,
                         const ResolveUrl& resolve);
// Before it joins one. The peer URLs are compared later, with those the cluster knows.
Status check_existing_cluster(const Config& config, const InitialCluster& cluster);

}  // namespace quorate::config
