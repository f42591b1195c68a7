#include "common/grpc/response_reader.h"

#include <doctest/doctest.h>

using namespace quorate;
using grpc::Metadata;
using grpc::ResponseReader;
using EndStream = ResponseReader::EndStream;

namespace {

void headers(ResponseReader& reader, const Metadata& fields, EndStream end) {
  for (const auto& field : fields) reader.on_header(field.name, field.value);
  reader.on_headers_complete(end);
}

const Metadata kOk{{":status", "200"}, {"content-type", "application/grpc"}};

std::string framed(std::string_view message) {
  std::string out;
  grpc::append_frame(out, message);
  return out;
}

Error outcome(const Metadata& only_headers) {
  ResponseReader reader{1000};
  headers(reader, only_headers, EndStream::yes);
  REQUIRE(reader.finished());
  return reader.finished()->status;
}

}  // namespace

TEST_CASE("an answer is headers, messages and trailers with a status") {
  ResponseReader reader{1000};
  headers(reader, {{":status", "200"}, {"content-type", "application/grpc"}, {"k", "v"}},
          EndStream::no);
  REQUIRE(reader.headers());
  CHECK(*reader.headers() == Metadata{{"content-type", "application/grpc"}, {"k", "v"}});
  reader.on_data(framed("one") + framed("two"));
  CHECK(!reader.finished());
  headers(reader, {{"grpc-status", "0"}, {"t", "x"}}, EndStream::yes);
  CHECK(reader.messages() == std::deque<std::string>{"one", "two"});
  REQUIRE(reader.finished());
  CHECK(reader.finished()->is_ok());
  CHECK(reader.finished()->trailers == Metadata{{"grpc-status", "0"}, {"t", "x"}});
}

TEST_CASE("an answer may be a status alone, its message percent-decoded") {
  CHECK(outcome({{":status", "200"},
                 {"content-type", "application/grpc+proto"},
                 {"grpc-status", "3"},
                 {"grpc-message", "bad%0Akey"}}) == Error{Code::invalid_argument, "bad\nkey"});
}

TEST_CASE("trailers without a status are Unknown, with a bad one Internal") {
  CHECK(outcome(kOk) == Error{Code::unknown, ""});
  CHECK(outcome({{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "many"}})
            .code == Code::internal);
}

TEST_CASE("an answer that is not gRPC's is worded as Go's gRPC does") {
  CHECK(outcome({{":status", "503"}, {"content-type", "text/html"}}) ==
        Error{Code::unavailable,
              "unexpected HTTP status code received from server: 503 (Service Unavailable); "
              "transport: received unexpected content-type \"text/html\""});
  CHECK(outcome({{":status", "404"}}) ==
        Error{Code::unimplemented,
              "unexpected HTTP status code received from server: 404 (Not Found); "
              "malformed header: missing HTTP content-type"});
  CHECK(outcome({{"content-type", "application/grpc"}}) ==
        Error{Code::internal, "malformed header: missing HTTP status"});
  CHECK(outcome({{":status", "200"}, {"content-type", "application/grpcx"}}).code == Code::unknown);
  ResponseReader reader{1000};
  headers(reader, {{":status", "200"}, {"content-type", "text/plain"}}, EndStream::no);
  REQUIRE(reader.finished());
  CHECK(!reader.headers());
}

TEST_CASE("an informational answer is skipped") {
  ResponseReader reader{1000};
  headers(reader, {{":status", "103"}}, EndStream::no);
  CHECK(!reader.headers());
  CHECK(!reader.has_answer());
  headers(reader, kOk, EndStream::no);
  CHECK(reader.headers());
}

TEST_CASE("an end without trailers and a reset are errors") {
  ResponseReader ended{1000};
  headers(ended, kOk, EndStream::no);
  ended.on_end_of_data();
  CHECK(ended.finished()->status ==
        Error{Code::internal, "server closed the stream without sending trailers"});

  ResponseReader reset{1000};
  reset.on_reset(8);
  CHECK(reset.finished()->status ==
        Error{Code::cancelled, "stream terminated by RST_STREAM with error code: CANCEL"});
}

TEST_CASE("success in the middle of a message is an unexpected EOF, an error stays what it is") {
  for (const bool is_ok : {true, false}) {
    ResponseReader reader{1000};
    headers(reader, kOk, EndStream::no);
    reader.on_data(framed("cut").substr(0, 6));
    headers(reader, {{"grpc-status", is_ok ? "0" : "5"}}, EndStream::yes);
    CHECK(reader.finished()->status.code == (is_ok ? Code::internal : Code::not_found));
  }
}

TEST_CASE("a message above the limit and one nobody can decompress end the answer") {
  ResponseReader large{10};
  headers(large, kOk, EndStream::no);
  large.on_data(framed("eleven bytes"));
  CHECK(large.finished()->status.code == Code::resource_exhausted);

  ResponseReader compressed{10};
  headers(compressed, kOk, EndStream::no);
  compressed.on_data(framed("ok") + std::string("\1\0\0\0\1z\0\0\0\0\1a", 12));
  CHECK(compressed.messages() == std::deque<std::string>{"ok"});
  CHECK(compressed.finished()->status ==
        Error{Code::internal, "grpc: compressed flag set with identity or empty encoding"});
}

TEST_CASE("header fields without end are refused") {
  ResponseReader reader{10};
  for (int i = 0; i < 1000 && !reader.finished(); ++i) {
    reader.on_header("x-" + std::to_string(i), std::string(100, 'v'));
  }
  REQUIRE(reader.finished());
  CHECK(reader.finished()->status.code == Code::internal);
}

TEST_CASE("what comes after the end changes nothing") {
  ResponseReader reader{10};
  headers(reader, {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "0"}},
          EndStream::yes);
  reader.on_data(framed("late"));
  reader.on_reset(0);
  reader.fail({Code::internal, "late"});
  CHECK(reader.messages().empty());
  CHECK(reader.finished()->is_ok());
}
