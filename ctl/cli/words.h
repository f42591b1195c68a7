// A line cut into words, as transactions and interactive watches read it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace quorate::ctl {

// Words are separated by blanks. "..." is a Go string literal, '...' is taken as it stands; quotes
// inside a bare word belong to it, and a quote that nothing closes is dropped. Error "invalid
// syntax": an escape in "..." that Go does not know.
Result<std::vector<std::string>> split_words(std::string_view line);

}  // namespace quorate::ctl
