// Comma-separated lists, as flags have them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quorate {

// What stands between the commas, as it is; one empty piece for an empty text.
[[nodiscard]] std::vector<std::string> split_commas(std::string_view text);
[[nodiscard]] std::string join_commas(const std::vector<std::string>& pieces);
// Without blanks and line breaks at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace quorate
