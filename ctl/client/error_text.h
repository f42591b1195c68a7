// What an operator reads of an error.
#pragma once

#include <string>
#include <string_view>

#include "common/error.h"

namespace quorate::ctl {

// True for the errors etcd's API names. Its client shows their message alone.
[[nodiscard]] bool is_known_server_error(std::string_view message);

// "etcdserver: key is not provided", "context deadline exceeded", and for what neither etcd nor
// the client named: "rpc error: code = Unavailable desc = ...".
[[nodiscard]] std::string error_text(const Error& error);

}  // namespace quorate::ctl
