#include "ctl/client/error_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace quorate::ctl {
namespace {

// All begin with "etcdserver: ". In ascending order.
constexpr auto kKnown = std::to_array<std::string_view>({
    "Peer URLs already exists",
    "authentication failed, invalid user ID or password",
    "authentication is not enabled",
    "bad leader transferee",
    "can only promote a learner member",
    "can only promote a learner member which is in sync with leader",
    "cluster ID mismatch",
    "cluster has a downgrade job in progress",
    "cluster version not found during downgrade",
    "corrupt cluster",
    "duplicate key given in txn request",
    "given member URLs are invalid",
    "invalid auth management",
    "invalid auth token",
    "invalid downgrade target version",
    "invalid sort option",
    "key is not provided",
    "key not found",
    "leader changed",
    "lease already exists",
    "lease is provided",
    "member ID already exist",
    "member not found",
    "mvcc: database space exceeded",
    "mvcc: required revision has been compacted",
    "mvcc: required revision is a future revision",
    "no inflight downgrade job",
    "no leader",
    "not capable",
    "not leader",
    "permission denied",
    "permission is not granted to the role",
    "permission not given",
    "re-configuration failed due to not enough started members",
    "request is too large",
    "request timed out",
    "request timed out, possibly due to connection lost",
    "request timed out, possibly due to previous leader failure",
    "request timed out, waiting for the applied index took too long",
    "requested lease not found",
    "revision of auth store is old",
    "role is not granted to the user",
    "role name already exists",
    "role name is empty",
    "role name not found",
    "root user does not exist",
    "root user does not have root role",
    "rpc not supported for learner",
    "server stopped",
    "too large lease TTL",
    "too many learner members in cluster",
    "too many operations in txn request",
    "too many requests",
    "unhealthy cluster",
    "user name already exists",
    "user name is empty",
    "user name not found",
    "value is provided",
    "watch canceled",
    "wrong downgrade target version format",
});

constexpr std::string_view kPrefix = "etcdserver: ";

}  // namespace

bool is_known_server_error(std::string_view message) {
  if (!message.starts_with(kPrefix)) return false;
  message.remove_prefix(kPrefix.size());
  return std::binary_search(kKnown.begin(), kKnown.end(), message);
}

std::string error_text(const Error& error) {
  const bool is_own =
      error.message == "context deadline exceeded" || error.message == "context canceled";
  const bool is_whole = error.message.starts_with("rpc error: ");  // a server passes one on
  if (is_own || is_whole || is_known_server_error(error.message)) return error.message;
  return fmt::format("rpc error: code = {} desc = {}", code_name(error.code), error.message);
}

}  // namespace quorate::ctl
