// From a scanned JSON value to a message.
#pragma once

#include <string_view>
#include <vector>

#include "common/json/scanner.h"
#include "common/result.h"

namespace google::protobuf {
class Message;
}

namespace quorate::json {

// Messages within messages. Transactions nest deepest: with the default limit of 128 operations,
// 128 of them within each other, two messages each.
inline constexpr int kMessageDepthMax = 300;

// Requires: `tokens` are a Scanner's, done with `text`; `out` is empty.
// Error: invalid_argument, worded as Go's jsonpb does.
Status decode(std::string_view text, const std::vector<Token>& tokens,
              google::protobuf::Message& out);

}  // namespace quorate::json
