// The names of ciphers that --cipher-suites takes: those of Go's crypto/tls, which are IANA's.
#pragma once

#include <string_view>

namespace quorate::config {

[[nodiscard]] bool is_cipher_suite(std::string_view name);

}  // namespace quorate::config
