#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/json/message_json.h"
#include "proto/rpc.pb.h"

using quorate::Code;
using quorate::JsonStream;
using Request = etcdserverpb::LeaseKeepAliveRequest;

namespace {

// The ids of the requests that can be taken now, then how the stream goes on.
std::string drained(JsonStream& stream) {
  std::string said;
  for (;;) {
    Request request;
    const auto next = stream.next(request);
    if (!next) return said + next.error().message;
    if (*next == JsonStream::Next::more) return said + "more";
    if (*next == JsonStream::Next::end) return said + "end";
    said += std::to_string(request.id()) + " ";
  }
}

std::string whole(std::string_view text) {
  JsonStream stream{1000};
  stream.append(text);
  stream.finish();
  return drained(stream);
}

}  // namespace

// As a real etcd 3.4 takes such keepalive bodies.
TEST_CASE("a stream is JSON values back to back") {
  CHECK(whole(R"({"ID":"5"}{"ID":"6"})") == "5 6 end");
  CHECK(whole(" {\"ID\":5}\n{\"ID\":\"6\"}\r\n ") == "5 6 end");
  CHECK(whole(R"({"ID":5}null{"ID":"6"})") == "5 0 6 end");
  CHECK(whole("") == "end");
  CHECK(whole(R"({"ID":"5"}x)") == "5 invalid character 'x' looking for beginning of value");
  CHECK(whole(R"({"ID":"5"}{)") == "5 unexpected EOF");
  CHECK(whole(R"({"ID":"5"} 7)") ==
        "5 json: cannot unmarshal number into Go value of type map[string]json.RawMessage");
  CHECK(whole("[]") ==
        "json: cannot unmarshal array into Go value of type map[string]json.RawMessage");
}

TEST_CASE("a message is handed out as soon as its last byte is there") {
  const std::string text = R"({"ID":"5"} {"x":"}{","ID":6}null)";
  JsonStream stream{1000};
  std::string said;
  for (std::size_t bytes = 1; bytes <= text.size(); ++bytes) {
    stream.append({&text[bytes - 1], 1});
    Request request;
    const auto next = stream.next(request);
    REQUIRE(next.has_value());
    if (*next == JsonStream::Next::message) {
      said += std::to_string(request.id()) + " after " + std::to_string(bytes) + ", ";
    }
  }
  CHECK(said == "5 after 10, 6 after 28, 0 after 32, ");
  stream.finish();
  CHECK(drained(stream) == "end");
}

TEST_CASE("a value that grows without end is refused") {
  JsonStream stream{100};
  stream.append("{\"x\":\"" + std::string(50, 'x'));
  CHECK(drained(stream) == "more");
  stream.append(std::string(50, 'x'));
  Request request;
  const auto next = stream.next(request);
  REQUIRE(!next.has_value());
  CHECK(next.error().code == Code::resource_exhausted);

  JsonStream complete{100};
  complete.append("{\"x\":\"" + std::string(95, 'x') + "\"}");
  CHECK(drained(complete) == "JSON value larger than max (100 bytes)");
}

TEST_CASE("white space and many small values may go on for ever") {
  JsonStream stream{20};
  std::string said;
  for (int i = 0; i < 1000; ++i) {
    stream.append("          ");
    CHECK(drained(stream) == "more");
    stream.append("{}{}{}{}{}{\"ID\":7}{}{}{}{}{}{}{}");
    CHECK(drained(stream) == "0 0 0 0 0 7 0 0 0 0 0 0 0 more");
  }
}
