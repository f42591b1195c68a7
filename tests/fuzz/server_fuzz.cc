#include "tests/fuzz/server_fuzz.h"

#include <array>
#include <memory>

#include "common/grpc/frame.h"
#include "proto/rpc.pb.h"
#include "tests/fuzz/lone_member.h"

namespace quorate::fuzz {
namespace {

// Pieces of 1, 2, 13 and 14 bytes, and all at once; answers are taken, or not.
constexpr std::array<std::string_view, 6> kChoices{
    std::string_view{"\0", 1}, "\x01", "\x0c", "\x0d", "\xfe", "\xff"};

// Data piles up with what damaged inputs write: a member is used for so many inputs.
constexpr int kInputsPerMember = 200;

std::string post(std::string_view path, std::string_view json) {
  std::string out{"POST "};
  out.append(path).append(" HTTP/1.1\r\nHost: x\r\nContent-Length: ");
  return out.append(std::to_string(json.size())).append("\r\n\r\n").append(json);
}

bool is_alive(LoneMember& member) {
  const std::string answer = member.serve(
      Protocol::http1, Reading::on, post("/v3/kv/put", R"({"key":"YQ==","value":"YQ=="})"), 100);
  return answer.starts_with("HTTP/1.1 200 OK\r\n");
}

bool feed(Protocol protocol, std::string_view bytes) {
  static std::unique_ptr<LoneMember> member;
  static int inputs = 0;
  if (bytes.empty()) return true;
  if (inputs++ % kInputsPerMember == 0) member = std::make_unique<LoneMember>();
  const auto choice = static_cast<unsigned char>(bytes[0]);
  const auto reading = choice % 2 == 0 ? Reading::on : Reading::off;
  const std::size_t piece_bytes = choice < 128 ? 1 + choice : 100'000;
  member->serve(protocol, reading, bytes.substr(1), piece_bytes);
  return member->is_quiet() && is_alive(*member) && member->is_quiet();
}

// ---- HTTP/2, with header fields that need no table (RFC 7541 §6.2.2)

std::string frame(char type, char flags, char stream, std::string_view payload) {
  const auto size = payload.size();
  std::string out{static_cast<char>(size >> 16),
                  static_cast<char>(size >> 8),
                  static_cast<char>(size),
                  type,
                  flags,
                  0,
                  0,
                  0,
                  stream};
  return out.append(payload);
}

std::string field(std::string_view name, std::string_view value) {
  std::string out{'\0', static_cast<char>(name.size())};
  out.append(name);
  out += static_cast<char>(value.size());
  return out.append(value);
}

std::string head(std::string_view path) {
  return field(":method", "POST") + field(":scheme", "http") + field(":path", path) +
         field(":authority", "x") + field("te", "trailers") +
         field("content-type", "application/grpc") + field("grpc-timeout", "5S");
}

constexpr char kOpen = 0;
constexpr char kEnd = 1;

std::string call(char stream, std::string_view path, const google::protobuf::Message& request,
                 char flags = kEnd) {
  std::string message;
  grpc::append_frame(message, request.SerializeAsString());
  return frame(1, 4, stream, head(path)) + frame(0, flags, stream, message);
}

std::string opening() {
  return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, {});
}

etcdserverpb::PutRequest put() {
  etcdserverpb::PutRequest request;
  request.set_key("key");
  request.set_value(std::string(3000, 'v'));
  request.set_prev_kv(true);
  return request;
}

etcdserverpb::RangeRequest range() {
  etcdserverpb::RangeRequest request;
  request.set_key(std::string_view{"\0", 1}.data(), 1);
  request.set_range_end(std::string_view{"\0", 1}.data(), 1);
  return request;
}

etcdserverpb::TxnRequest txn() {
  etcdserverpb::TxnRequest request;
  request.add_compare()->set_key("key");
  *request.add_success()->mutable_request_range() = range();
  *request.add_failure()->mutable_request_put() = put();
  *request.add_failure()->mutable_request_txn()->add_success()->mutable_request_range() = range();
  return request;
}

etcdserverpb::WatchRequest watch() {
  etcdserverpb::WatchRequest request;
  request.mutable_create_request()->set_key("key");
  return request;
}

etcdserverpb::LeaseKeepAliveRequest keep_alive() {
  etcdserverpb::LeaseKeepAliveRequest request;
  request.set_id(7);
  return request;
}

}  // namespace

bool feed_http1(std::string_view bytes) {
  return feed(Protocol::http1, bytes);
}
bool feed_http2(std::string_view bytes) {
  return feed(Protocol::http2, bytes);
}

// A client's frame of WebSocket whose mask changes nothing (RFC 6455 §5.2).
std::string message(char first, std::string_view payload) {
  std::string out{first, static_cast<char>(0x80 | payload.size())};
  return out.append(4, '\0').append(payload);
}

std::string websocket() {
  constexpr char kText = '\x81';
  constexpr char kTextBegin = '\x01';
  constexpr char kRest = '\x80';
  constexpr char kPing = '\x89';
  constexpr char kClose = '\x88';
  return "GET /v3/watch HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
         message(kText, R"({"create_request":{"key":"a2V5"}})") + message(kPing, "ping") +
         message(kTextBegin, R"({"cancel_request":)") + message(kRest, R"({"watch_id":"0"}})") +
         message(kClose, "\x03\xe8");
}

std::vector<std::string> http1_corpus() {
  const std::string put_body = R"({"key":"a2V5","value":"dmFsdWU="})";
  const std::string with_length = post("/v3/kv/put", put_body);
  const std::string chunked =
      "POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\n" +
      put_body.substr(0, 5) + "\r\n1c\r\n" + put_body.substr(5) + "\r\n0\r\nTrailer: x\r\n\r\n";
  const std::string pages =
      "GET /version HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.0\r\n\r\nHEAD //metrics?a=b "
      "HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc";
  const std::string range = post("/v3/kv/range", R"({"key":"AA==","rangeEnd":"AA=="})");
  std::vector<std::string> corpus;
  for (const std::string_view first : kChoices) {
    const std::string piece{first};
    corpus.push_back(piece + "POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " +
                     "chunked\r\n\r\n0\r\n\r\n" + chunked);
    corpus.push_back(piece + with_length + chunked + pages);
    corpus.push_back(piece + chunked + range);
    corpus.push_back(piece + pages + range + with_length);
    corpus.push_back(piece + with_length + websocket());
    corpus.push_back(piece + "OPTIONS * HTTP/1.1\r\nHost: x\r\nOrigin: y\r\n\r\n" + range);
  }
  return corpus;
}

std::vector<std::string> http2_corpus() {
  const std::string kv = "/etcdserverpb.KV/";
  const std::string calls = call(1, kv + "Put", put()) + call(3, kv + "Range", range()) +
                            call(5, kv + "Txn", txn()) + call(7, kv + "RangeStream", range());
  const std::string control = frame(6, 0, 0, "12345678") + frame(8, 0, 0, {"\0\0\1\0", 4}) +
                              frame(3, 0, 3, {"\0\0\0\x08", 4}) +
                              frame(2, 0, 9, {"\0\0\0\0\x10", 5});
  const std::string cut = frame(1, 0, 9, head(kv + "Range").substr(0, 30)) +
                          frame(9, 4, 9, head(kv + "Range").substr(30)) + frame(0, 0, 9, {"\0", 1});
  const std::string unknown = call(11, "/nothing/Here", put()) + call(13, "/", range());
  const std::string streams = call(15, "/etcdserverpb.Watch/Watch", watch(), kOpen) +
                              call(17, "/etcdserverpb.Lease/LeaseKeepAlive", keep_alive(), kOpen);
  const std::string broken = frame(0, 0, 15, {"\1\0\0\0\1x", 6});  // a compressed message
  const std::string shut = frame(4, 0, 0, {"\0\4\0\0\0\0", 6});    // windows of no bytes
  std::vector<std::string> corpus;
  for (const std::string_view first : kChoices) {
    const std::string piece{first};
    corpus.push_back(piece + opening() + calls);
    corpus.push_back(piece + opening() + calls + control + unknown);
    corpus.push_back(piece + opening() + shut + calls + cut);
    corpus.push_back(piece + opening() + streams + broken);
    corpus.push_back(piece + opening() + cut + frame(7, 0, 0, std::string(8, '\0')));
  }
  return corpus;
}

}  // namespace quorate::fuzz
