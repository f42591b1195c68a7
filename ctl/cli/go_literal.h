// Strings as Go's source code writes them: what txn and interactive watches read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quorate::ctl {

// Undoes the literal in "..." (with escapes) or `...` (as it stands) that `text` begins with.
// `used` is how much of `text` it takes, quotes included. False when there is no whole and correct
// literal.
bool unquote_prefix(std::string_view text, std::string& value, std::size_t& used);

}  // namespace quorate::ctl
