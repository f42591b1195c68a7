// Base64 as tokens use it (RFC 7515 §2): the URL-safe alphabet, no padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quorate::auth {

[[nodiscard]] std::string encode_base64url(std::string_view bytes);
// Nothing unless `text` is exactly what the encoder would have made.
[[nodiscard]] std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace quorate::auth
