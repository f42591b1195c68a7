#include <string>

#include <google/protobuf/message.h>

#include "common/json/decode.h"
#include "common/json/message_json.h"
#include "common/json/scanner.h"

namespace quorate {

namespace {

// Of a value that does not end, or not as it should.
Error failure(const json::Scanner& scanner, json::Scanner::State state) {
  return {Code::invalid_argument,
          state == json::Scanner::State::failed ? scanner.error() : "unexpected EOF"};
}

}  // namespace

Status parse_json(std::string_view text, google::protobuf::Message& out) {
  out.Clear();
  json::Scanner scanner;
  const auto state = scanner.finish(text);
  if (state == json::Scanner::State::done) return json::decode(text, scanner.tokens(), out);
  if (scanner.is_blank()) return {};
  return failure(scanner, state);
}

struct JsonStream::State {
  explicit State(std::size_t bytes_max) : value_bytes_max{bytes_max} {}

  // What has arrived and was not taken yet.
  [[nodiscard]] std::string_view rest() const { return std::string_view{text}.substr(taken); }
  void take(std::size_t bytes) {
    taken += bytes;
    scanner.reset();
  }

  std::size_t value_bytes_max;
  std::string text;
  std::size_t taken = 0;  // so many bytes of the text are done with
  json::Scanner scanner;  // of the rest's first value
  bool is_finished = false;
};

JsonStream::JsonStream(std::size_t value_bytes_max)
    : state_{std::make_unique<State>(value_bytes_max)} {}
JsonStream::~JsonStream() = default;
JsonStream::JsonStream(JsonStream&&) noexcept = default;
JsonStream& JsonStream::operator=(JsonStream&&) noexcept = default;

void JsonStream::append(std::string_view piece) {
  State& s = *state_;
  if (s.taken > s.text.size() / 2) {  // now and then, not at each value: that would be quadratic
    s.text.erase(0, s.taken);
    s.taken = 0;
  }
  s.text += piece;
}

void JsonStream::finish() {
  state_->is_finished = true;
}

Result<JsonStream::Next> JsonStream::next(google::protobuf::Message& out) {
  State& s = *state_;
  const std::string_view text = s.rest();
  const auto state = s.is_finished ? s.scanner.finish(text) : s.scanner.scan(text);
  if (s.scanner.is_blank()) {
    s.take(text.size());
    return s.is_finished ? Next::end : Next::more;
  }
  const bool is_done = state == json::Scanner::State::done;
  if ((is_done ? s.scanner.end() : text.size()) > s.value_bytes_max) {
    return Error{Code::resource_exhausted,
                 "JSON value larger than max (" + std::to_string(s.value_bytes_max) + " bytes)"};
  }
  if (!is_done) {
    if (state == json::Scanner::State::more && !s.is_finished) return Next::more;
    return failure(s.scanner, state);
  }
  out.Clear();
  const Status decoded = json::decode(text, s.scanner.tokens(), out);
  if (!decoded) return decoded.error();
  s.take(s.scanner.end());
  return Next::message;
}

}  // namespace quorate
