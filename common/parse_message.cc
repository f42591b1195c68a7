#include "common/parse_message.h"

#include <limits>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message_lite.h>

namespace quorate {

bool parse_message(std::string_view bytes, google::protobuf::MessageLite& out) {
  constexpr int kDepthMax = 300;
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return false;
  google::protobuf::io::CodedInputStream input{reinterpret_cast<const unsigned char*>(bytes.data()),
                                               static_cast<int>(bytes.size())};
  input.SetRecursionLimit(kDepthMax);
  return out.ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

}  // namespace quorate
