// A downgrade of the cluster that an operator has begun: members of an older version may join.
//
// Stored as JSON, as in etcd's files: {"target-version":"3.4.0","enabled":true}
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace quorate::membership {

struct Downgrade {
  bool is_enabled = false;
  std::string target;  // "3.4.0"; empty when there is none

  friend bool operator==(const Downgrade&, const Downgrade&) = default;
};

[[nodiscard]] std::string to_json(const Downgrade& downgrade);
[[nodiscard]] Result<Downgrade> parse_downgrade(std::string_view json);

// What versions may be called: "3.4", "3.4.1" and with anything behind '-' or '+'. Gives major and
// minor with a zero behind, "3.4.0"; an error, etcd's, when it is none of these.
[[nodiscard]] Result<std::string> downgrade_target(std::string_view version);
// The only version that clusters of `cluster_version`, "3.5.0", can go down to: "3.4.0".
[[nodiscard]] std::string allowed_downgrade(std::string_view cluster_version);

}  // namespace quorate::membership
