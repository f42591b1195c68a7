// Whether a character can be shown as it is.
#pragma once

namespace quorate {

// As Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space.
[[nodiscard]] bool is_printable(char32_t character);

}  // namespace quorate
