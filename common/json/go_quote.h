// Text as Go's strconv.Quote prints it: error messages quote what the client sent in this way.
#pragma once

#include <string>
#include <string_view>

namespace quorate::json {

// Appends `text` in double quotes. Bytes that are not UTF-8 print as \xff, characters that cannot
// be seen as \u200b. What can be seen is decided by blocks, not by the whole Unicode table.
void append_quoted(std::string_view text, std::string& out);

// One byte, taken as the character of that number, in single quotes: 'a', '\n', '\'', 'ÿ'.
std::string quote_character(char c);

}  // namespace quorate::json
