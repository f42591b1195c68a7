// Passwords as etcd stores them: bcrypt ("$2a$10$", 22 letters of salt, 31 of hash). Slow on
// purpose; never on the state thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "common/result.h"

namespace quorate::auth {

inline constexpr std::size_t kPasswordBytesMax = 72;  // bcrypt sees no more
inline constexpr unsigned kBcryptCostMin = 4;
inline constexpr unsigned kBcryptCostMax = 31;  // each step doubles the time; 10 takes about 60 ms

using BcryptSalt = std::array<unsigned char, 16>;  // random

// Refuses passwords that are too long or hold a zero byte, at which the library would stop.
// Requires: kBcryptCostMin <= cost <= kBcryptCostMax.
[[nodiscard]] Result<std::string> hash_password(std::string_view password, unsigned cost,
                                                const BcryptSalt& salt);

// False for a hash in any other form, whatever the password.
[[nodiscard]] bool fits_hash(std::string_view password, std::string_view hash);

}  // namespace quorate::auth
