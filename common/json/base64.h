// Base64 (RFC 4648): bytes in JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::json {

// Appends `bytes` in the standard alphabet with padding.
void append_base64(std::string_view bytes, std::string& out);

// Makes `out` what `text` says: standard or URL-safe alphabet, padding optional, line breaks
// skipped. Returns the offset of what is wrong, as Go's encoding/base64 counts it, or nothing.
std::optional<std::size_t> decode_base64(std::string_view text, std::string& out);

}  // namespace quorate::json
