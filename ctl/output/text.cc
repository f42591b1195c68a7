#include "ctl/output/text.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace quorate::ctl {

std::string hex_bytes(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 4);
  for (const char c : bytes) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string size_text(std::uint64_t bytes) {
  static constexpr std::array<const char*, 7> kUnits{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 10) return fmt::format("{} B", bytes);
  const auto number = static_cast<double>(bytes);
  const double exponent = std::floor(std::log(number) / std::log(1000.0));
  const double value = std::floor(number / std::pow(1000.0, exponent) * 10 + 0.5) / 10;
  const char* unit = kUnits[static_cast<std::size_t>(exponent)];
  return value < 10 ? fmt::format("{:.1f} {}", value, unit) : fmt::format("{:.0f} {}", value, unit);
}

}  // namespace quorate::ctl
