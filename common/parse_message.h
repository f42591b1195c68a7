// Protobuf messages out of hostile bytes.
#pragma once

#include <string_view>

namespace google::protobuf {
class MessageLite;
}

namespace quorate {

// False when the bytes are no message of that type. Messages may lie 300 deep within each other:
// as many as a transaction with the usual limit of operations can nest; the library's own limit of
// 100 would refuse those.
[[nodiscard]] bool parse_message(std::string_view bytes, google::protobuf::MessageLite& out);

}  // namespace quorate
