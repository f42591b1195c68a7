// A put as it stands in its bytes: the request that is worth not being copied.
#pragma once

#include <string_view>

#include "common/id.h"

namespace quorate::replica {

// The fields of etcdserverpb.PutRequest; views into the bytes it was parsed from.
struct PutView {
  std::string_view key;
  std::string_view value;
  LeaseId lease{};
  bool prev_kv = false;
  bool ignore_value = false;
  bool ignore_lease = false;
};

// False when the bytes are no PutRequest. Neither is one whose fields have other types, or groups:
// the bytes go into the log as they are, and every member has to read them, etcd too.
[[nodiscard]] bool parse_put(std::string_view wire, PutView& out);

}  // namespace quorate::replica
