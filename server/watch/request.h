// What a client asks of its stream.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "common/id.h"

namespace etcdserverpb {
class WatchRequest;
}

namespace quorate::watch {

struct CreateRequest {
  std::string key{};
  std::string range_end{};
  Revision start{};     // 0: from now on
  std::int64_t id = 0;  // 0: whichever is free
  bool skips_puts = false;
  bool skips_deletes = false;
  bool wants_previous = false;
  bool wants_fragments = false;
  bool wants_progress = false;
};

struct CancelRequest {
  std::int64_t id = 0;
};

struct ProgressRequest {};

// monostate: a message without a request, which is ignored.
using Request = std::variant<std::monostate, CreateRequest, CancelRequest, ProgressRequest>;

[[nodiscard]] Request to_request(const etcdserverpb::WatchRequest& message);

}  // namespace quorate::watch
