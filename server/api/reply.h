// An encoded answer on its way out: written once, in pieces, with room for the gRPC prefix.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class MessageLite;
}

namespace quorate::api {

// A protobuf message as bytes. Large ones grow by pieces, so that nothing is copied when they do.
class Reply {
 public:
  Reply() { pieces_.emplace_back(kPrefixBytes, '\0'); }
  explicit Reply(const google::protobuf::MessageLite& message);
  explicit Reply(std::string_view message) : Reply{} { tail() += message; }

  // Where encoded fields are appended. Valid until the next call.
  [[nodiscard]] std::string& tail() {
    if (pieces_.back().size() >= kPieceBytes) begin_piece();
    return pieces_.back();
  }
  // A field known only now that stands before everything else, e.g. the header.
  [[nodiscard]] std::string& head() { return pieces_.front(); }

  [[nodiscard]] std::size_t size() const;  // of the message

  // The message with its gRPC prefix. The reply is empty afterwards.
  [[nodiscard]] std::vector<std::string> take_framed();
  // The message alone, in one string. The reply is empty afterwards.
  [[nodiscard]] std::string take_message();

 private:
  static constexpr std::size_t kPrefixBytes = 5;
  static constexpr std::size_t kPieceBytes = 128 * 1024;
  void begin_piece();

  std::vector<std::string> pieces_;  // the first begins with the prefix
};

}  // namespace quorate::api
