// Strings as JSON writes them, in both directions, with the habits of Go's encoding/json.
#pragma once

#include <string>
#include <string_view>

namespace quorate::json {

// Replaces `out` by the text between the quotes of a JSON string. What is not UTF-8, and half a
// surrogate pair, becomes the replacement character. Requires: a Scanner accepted `literal`.
void unescape(std::string_view literal, std::string& out);

// Appends `text` with quotes. Escapes < > & and the line separators U+2028 and U+2029 too, so that
// the result may stand in HTML and JavaScript; what is not UTF-8 is written as \ufffd.
void append_string(std::string_view text, std::string& out);

}  // namespace quorate::json
