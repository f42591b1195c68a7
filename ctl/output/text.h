// Small pieces of text that several printers need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quorate::ctl {

// The bytes as \x66\x6f\x6f.
[[nodiscard]] std::string hex_bytes(std::string_view bytes);

// Sizes in powers of 1000: "999 B", "1.0 kB", "25 kB", "2.1 GB".
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace quorate::ctl
