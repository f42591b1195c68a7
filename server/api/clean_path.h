// Paths as Go's router sees them: escapes undone, "//", "." and ".." resolved.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quorate::api {

// "/%76ersion" -> "/version"; nothing when an escape is malformed.
[[nodiscard]] std::optional<std::string> unescape_path(std::string_view path);
// "//a/./b/../c/" -> "/a/c/".
[[nodiscard]] std::string clean_path(std::string_view path);

// A path as a URL may hold it: percent-encoded as Go's url.URL does.
[[nodiscard]] std::string escape_path(std::string_view path);

}  // namespace quorate::api
