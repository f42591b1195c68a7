#include "tests/fuzz/message_fuzz.h"

#include <memory>
#include <optional>

#include <google/protobuf/message.h>

#include "common/grpc/frame.h"
#include "common/json/message_json.h"
#include "common/parse_message.h"
#include "proto/rpc.pb.h"
#include "server/api/method.h"
#include "server/replica/command.h"

namespace quorate::fuzz {
namespace {

constexpr std::size_t kMessageBytesMax = 1000;

struct Taken {
  std::vector<std::string> messages;
  std::optional<std::string> error;

  friend bool operator==(const Taken&, const Taken&) = default;
};

Taken split(std::string_view bytes, std::size_t piece_bytes) {
  grpc::FrameSplitter splitter{kMessageBytesMax};
  Taken taken;
  while (!bytes.empty() && !taken.error) {
    const auto piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    const Status status = splitter.feed(piece, [&](const grpc::Frame& frame) {
      taken.messages.push_back((frame.is_compressed ? "1" : "0") + std::string{frame.message});
    });
    if (!status) taken.error = status.error().message;
    if (splitter.buffered_bytes() > kMessageBytesMax + grpc::kFramePrefixBytes) return {};
  }
  if (!taken.error && !splitter.finish()) taken.error = splitter.finish().error().message;
  return taken;
}

std::string framed(std::string_view message) {
  std::string out;
  grpc::append_frame(out, message);
  return out;
}

etcdserverpb::PutRequest some_put() {
  etcdserverpb::PutRequest put;
  put.set_key("key");
  put.set_value("a value of some length");
  put.set_lease(-77);
  put.set_prev_kv(true);
  return put;
}

etcdserverpb::TxnRequest some_txn() {
  etcdserverpb::TxnRequest txn;
  auto* compare = txn.add_compare();
  compare->set_key("a");
  compare->set_range_end("z");
  compare->set_version(7);
  *txn.add_success()->mutable_request_put() = some_put();
  auto* nested = txn.add_success()->mutable_request_txn();
  nested->add_failure()->mutable_request_range()->set_key("k");
  txn.add_failure()->mutable_request_delete_range()->set_key("k");
  return txn;
}

}  // namespace

bool feed_frames(std::string_view bytes) {
  if (bytes.empty()) return true;
  const std::size_t piece = 1 + static_cast<unsigned char>(bytes[0]) % 64;
  bytes.remove_prefix(1);
  return split(bytes, piece) == split(bytes, bytes.size() + 1);
}

bool feed_json(std::string_view bytes) {
  if (bytes.empty()) return true;
  const auto all = api::methods();
  const auto& method = all[static_cast<unsigned char>(bytes[0]) % all.size()];
  std::unique_ptr<google::protobuf::Message> message{method.request().New()};
  if (const Status parsed = parse_json(bytes.substr(1), *message); !parsed) {
    return !parsed.error().message.empty();
  }
  std::string printed;
  append_json(*message, printed);
  std::unique_ptr<google::protobuf::Message> again{method.request().New()};
  if (!parse_json(printed, *again)) return false;
  return message->SerializeAsString() == again->SerializeAsString();
}

bool feed_put(std::string_view bytes) {
  etcdserverpb::PutRequest by_library;
  replica::PutView by_hand;
  const bool is_accepted = replica::parse_put(bytes, by_hand);
  if (!parse_message(bytes, by_library)) return true;
  // Its own fields with other types, among them, are refused.
  if (!is_accepted) return !by_library.GetReflection()->GetUnknownFields(by_library).empty();
  return by_hand.key == by_library.key() && by_hand.value == by_library.value() &&
         by_hand.lease.value() == by_library.lease() && by_hand.prev_kv == by_library.prev_kv() &&
         by_hand.ignore_value == by_library.ignore_value() &&
         by_hand.ignore_lease == by_library.ignore_lease();
}

bool feed_command(std::string_view bytes) {
  (void)replica::command_id(bytes);
  const auto command = replica::decode_command(SharedBytes{bytes});
  return command || !command.error().message.empty();
}

std::vector<std::string> frame_corpus() {
  std::vector<std::string> corpus;
  for (const std::string_view piece : {"\x01", "\x05", "\x3f"}) {
    corpus.push_back(std::string{piece} + framed("one") + framed("") + framed("three"));
    corpus.push_back(std::string{piece} + framed(std::string(kMessageBytesMax, 'x')));
    corpus.push_back(std::string{piece} + framed(std::string(kMessageBytesMax + 1, 'x')));
  }
  return corpus;
}

std::vector<std::string> json_corpus() {
  std::vector<std::string> corpus;
  const auto all = api::methods();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string method(1, static_cast<char>(i));
    corpus.push_back(method + "{}");
    corpus.push_back(method +
                     R"({"key":"a2V5","range_end":"eg==","limit":"12","sort_order":"DESCEND",)"
                     R"("value":"dg==","lease":"-1","prevKv":true,"revision":7,"physical":true})");
  }
  std::string txn;
  append_json(some_txn(), txn);
  for (std::size_t i = 0; i < all.size(); ++i) {
    corpus.push_back(std::string(1, static_cast<char>(i)) + txn);
  }
  return corpus;
}

std::vector<std::string> put_corpus() {
  const std::string put = some_put().SerializeAsString();
  const std::string unknown{"\x9a\x06\x02zz\xa0\x06\x05\xad\x06gggg\xa9\x06hhhhhhhh"};
  const std::string group{"\xa3\x06\x08\x01\xa3\x06\xa4\x06\x12\x01x\xa4\x06"};
  return {put, put + unknown, unknown + put, put + group, group + put, put + put};
}

std::vector<std::string> command_corpus() {
  std::vector<std::string> corpus;
  const auto add = [&](replica::Request request, const std::string& wire) {
    const replica::CommandHeader header{RequestId{0x1234567812345678},
                                        {"root", auth::AuthRevision{3}}};
    corpus.emplace_back(replica::make_command(header, std::move(request), wire).data.view());
  };
  const std::string put = some_put().SerializeAsString();
  replica::PutView view;
  if (replica::parse_put(put, view)) add(view, put);
  add(some_txn(), some_txn().SerializeAsString());
  etcdserverpb::DeleteRangeRequest removal;
  removal.set_key("k");
  add(removal, removal.SerializeAsString());
  membershippb::ClusterVersionSetRequest version;
  version.set_ver("3.5.0");
  add(version, version.SerializeAsString());
  return corpus;
}

}  // namespace quorate::fuzz
