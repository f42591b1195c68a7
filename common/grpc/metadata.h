// Header fields as HTTP/2 carries them: names in lower case, several of one name allowed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::grpc {

struct HeaderField {
  std::string name;
  std::string value;

  friend bool operator==(const HeaderField&, const HeaderField&) = default;
};

using Metadata = std::vector<HeaderField>;

// The first value of that name. A view into `metadata`.
[[nodiscard]] inline std::optional<std::string_view> find(const Metadata& metadata,
                                                          std::string_view name) {
  for (const HeaderField& field : metadata) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

}  // namespace quorate::grpc
