// UTF-8 as RFC 3629 allows it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace quorate {

// The number of bytes (1 to 4) of the well-formed character `bytes` begins with; 0 if it begins
// with none.
[[nodiscard]] std::size_t utf8_length(std::string_view bytes);

// That character. Requires: utf8_length(bytes) > 0.
[[nodiscard]] char32_t utf8_character(std::string_view bytes);

}  // namespace quorate
