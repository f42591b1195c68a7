// What one user may do, made of all roles the user has.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/auth/interval_set.h"

namespace quorate::auth {

enum class Access : std::uint8_t { read, write };

struct UserPermissions {
  bool is_root = false;  // has role root: may do everything
  IntervalSet read;
  IntervalSet write;

  [[nodiscard]] bool allows(Access access, std::string_view key, std::string_view range_end) const {
    if (is_root) return true;
    return (access == Access::read ? read : write).covers(key, range_end);
  }
};

}  // namespace quorate::auth
