#include "server/api/reply.h"

#include <doctest/doctest.h>

#include "proto/rpc.pb.h"

using namespace quorate::api;

namespace {

std::string joined(const std::vector<std::string>& pieces) {
  std::string all;
  for (const auto& piece : pieces) all += piece;
  return all;
}

}  // namespace

TEST_CASE("an empty message is five bytes of prefix") {
  Reply reply;
  CHECK(reply.size() == 0);
  CHECK(joined(reply.take_framed()) == std::string(5, '\0'));
  CHECK(Reply{}.take_message().empty());
}

TEST_CASE("a message is framed with its length, big-endian, uncompressed") {
  etcdserverpb::PutResponse message;
  message.mutable_header()->set_revision(7);
  message.mutable_prev_kv()->set_value(std::string(300, 'v'));
  Reply reply{message};
  const std::string bytes = message.SerializeAsString();
  CHECK(reply.size() == bytes.size());
  const std::string framed = joined(reply.take_framed());
  CHECK(framed.substr(0, 3) == std::string(3, '\0'));
  CHECK(static_cast<unsigned char>(framed[3]) * 256u + static_cast<unsigned char>(framed[4]) ==
        bytes.size());
  CHECK(framed.substr(5) == bytes);
  CHECK(Reply{message}.take_message() == bytes);
}

TEST_CASE("a large answer grows by pieces, and its head is still in reach") {
  Reply reply;
  std::string expected = "head";
  reply.head() += "head";
  for (int i = 0; i < 100; ++i) {
    const std::string field(10'000, static_cast<char>('a' + i % 26));
    reply.tail() += field;
    expected += field;
  }
  CHECK(reply.size() == expected.size());
  SUBCASE("framed") {
    const auto pieces = reply.take_framed();
    CHECK(pieces.size() > 5);
    for (const auto& piece : pieces) CHECK(piece.size() < 200'000);
    CHECK(joined(pieces).substr(5) == expected);
  }
  SUBCASE("in one string") {
    CHECK(reply.take_message() == expected);
  }
}
