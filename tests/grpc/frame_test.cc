#include "common/grpc/frame.h"

#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"

using namespace quorate;
using grpc::append_frame;
using grpc::Frame;
using grpc::FrameSplitter;

namespace {

struct Split {
  std::vector<std::string> messages;
  Status status;
};

// Feeds `bytes` in pieces of `piece` bytes.
Split split(FrameSplitter& splitter, std::string_view bytes, std::size_t piece) {
  Split result;
  const auto take = [&](const Frame& frame) { result.messages.emplace_back(frame.message); };
  while (!bytes.empty() && result.status) {
    result.status = splitter.feed(bytes.substr(0, piece), take);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return result;
}

std::string prefix(unsigned char flag, std::uint32_t size) {
  return {static_cast<char>(flag), static_cast<char>(size >> 24), static_cast<char>(size >> 16),
          static_cast<char>(size >> 8), static_cast<char>(size)};
}

}  // namespace

TEST_CASE("a frame is a zero byte, the length in four bytes, then the message") {
  std::string out;
  append_frame(out, "abc");
  append_frame(out, "");
  CHECK(out == std::string("\0\0\0\0\3abc\0\0\0\0\0", 13));
}

TEST_CASE("messages come out whole and in order, however the bytes are cut") {
  const std::vector<std::string> messages{"first", "", std::string(70'000, 'x'), "last"};
  std::string bytes;
  for (const std::string& message : messages) append_frame(bytes, message);
  for (const std::size_t piece : {1UL, 2UL, 4UL, 5UL, 6UL, 7UL, 1000UL, bytes.size()}) {
    FrameSplitter splitter{1 << 20};
    const Split result = split(splitter, bytes, piece);
    CHECK(result.status.has_value());
    CHECK(result.messages == messages);
    CHECK(splitter.finish().has_value());
    CHECK(splitter.buffered_bytes() == 0);
  }
}

TEST_CASE("random messages in random pieces survive") {
  const std::uint64_t seed = 20260401;
  INFO("seed " << seed << ": change it in this test to try others");
  Rng rng{seed};
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> messages;
    std::string bytes;
    for (std::uint64_t i = rng.below(6); i > 0; --i) {
      messages.emplace_back(rng.below(300), static_cast<char>(rng.below(256)));
      append_frame(bytes, messages.back());
    }
    FrameSplitter splitter{300};
    std::vector<std::string> seen;
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const std::size_t piece = 1 + rng.below(rest.size());
      REQUIRE(
          splitter
              .feed(rest.substr(0, piece), [&](const Frame& f) { seen.emplace_back(f.message); })
              .has_value());
      rest.remove_prefix(piece);
    }
    CHECK(seen == messages);
  }
}

TEST_CASE("a message above the limit is refused by its length alone, in Go's words") {
  FrameSplitter splitter{100};
  const Split result = split(splitter, prefix(0, 101), 5);
  REQUIRE(!result.status);
  CHECK(result.status.error() ==
        Error{Code::resource_exhausted, "grpc: received message larger than max (101 vs. 100)"});
  CHECK(!splitter.feed("more", [](const Frame&) {}));
}

TEST_CASE("a message of exactly the limit is taken") {
  FrameSplitter splitter{100};
  const Split result = split(splitter, prefix(0, 100) + std::string(100, 'm'), 7);
  CHECK(result.status.has_value());
  CHECK(result.messages.size() == 1);
}

TEST_CASE("a length of almost 4 GiB takes no memory before bytes come") {
  FrameSplitter splitter{0xffffffff};
  const Split result = split(splitter, prefix(0, 0xfffffff0) + "abc", 100);
  CHECK(result.status.has_value());
  CHECK(result.messages.empty());
  CHECK(splitter.buffered_bytes() == 8);
}

TEST_CASE("a flag other than 0 and 1 is an internal error") {
  FrameSplitter splitter{100};
  const Split result = split(splitter, prefix(2, 0), 5);
  REQUIRE(!result.status);
  CHECK(result.status.error() ==
        Error{Code::internal, "grpc: received unexpected payload format 2"});
}

TEST_CASE("the compressed flag is handed on with the message") {
  FrameSplitter splitter{100};
  bool was_compressed = false;
  REQUIRE(splitter
              .feed(prefix(1, 2) + "zz",
                    [&](const Frame& frame) { was_compressed = frame.is_compressed; })
              .has_value());
  CHECK(was_compressed);
}

TEST_CASE("an end in the middle of a message is an unexpected EOF") {
  FrameSplitter splitter{100};
  const std::string bytes = prefix(0, 2) + "z";
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    FrameSplitter cut{100};
    REQUIRE(cut.feed(bytes.substr(0, size), [](const Frame&) {}).has_value());
    REQUIRE(!cut.finish());
    CHECK(cut.finish().error() == Error{Code::internal, "unexpected EOF"});
  }
  CHECK(splitter.finish().has_value());
}

TEST_CASE("compression that nobody announced or installed is worded as Go's gRPC does") {
  using grpc::check_compression;
  using grpc::Receiver;
  CHECK(check_compression("", true, Receiver::server).error() ==
        Error{Code::internal, "grpc: compressed flag set with identity or empty encoding"});
  CHECK(check_compression("identity", true, Receiver::client).error().code == Code::internal);
  CHECK(check_compression("deflate", false, Receiver::server).error() ==
        Error{Code::unimplemented,
              "grpc: Decompressor is not installed for grpc-encoding \"deflate\""});
  CHECK(check_compression("deflate", false, Receiver::client).error().code == Code::internal);
  CHECK(check_compression("gzip", true, Receiver::server).has_value());
}
