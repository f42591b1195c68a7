#include "server/replica/put_view.h"

#include <limits>

#include <doctest/doctest.h>

#include "common/parse_message.h"
#include "common/rng.h"
#include "proto/rpc.pb.h"
#include "tests/common/test_seed.h"

using namespace quorate;
using namespace quorate::replica;
using namespace std::string_view_literals;

namespace {

void check_same(const PutView& view, const etcdserverpb::PutRequest& request) {
  CHECK(view.key == request.key());
  CHECK(view.value == request.value());
  CHECK(view.lease.value() == request.lease());
  CHECK(view.prev_kv == request.prev_kv());
  CHECK(view.ignore_value == request.ignore_value());
  CHECK(view.ignore_lease == request.ignore_lease());
}

std::string random_bytes(Rng& rng) {
  std::string bytes(rng.chance(1, 20) ? rng.below(300) : rng.below(8), '\0');
  for (char& c : bytes) c = static_cast<char>(rng.next());
  return bytes;
}

etcdserverpb::PutRequest random_put(Rng& rng) {
  etcdserverpb::PutRequest request;
  if (rng.chance(3, 4)) request.set_key(random_bytes(rng));
  if (rng.chance(3, 4)) request.set_value(random_bytes(rng));
  if (rng.chance(1, 2)) request.set_lease(static_cast<std::int64_t>(rng.next() >> rng.below(64)));
  request.set_prev_kv(rng.chance(1, 3));
  request.set_ignore_value(rng.chance(1, 3));
  request.set_ignore_lease(rng.chance(1, 3));
  return request;
}

void mutate(Rng& rng, std::string& wire) {
  for (auto changes = rng.below(3); changes > 0 && !wire.empty(); --changes) {
    const std::size_t at = rng.below(wire.size());
    switch (rng.below(4)) {
      case 0:
        wire[at] = static_cast<char>(rng.next());
        break;
      case 1:
        wire[at] = static_cast<char>(wire[at] ^ (1 << rng.below(8)));
        break;
      case 2:
        wire.resize(at);
        break;
      default:
        wire.insert(at, 1, static_cast<char>(rng.next()));
    }
  }
}

// Its own fields with types of others, which protobuf passes over.
bool has_wrong_types(const etcdserverpb::PutRequest& request) {
  const auto& unknown = request.GetReflection()->GetUnknownFields(request);
  for (int i = 0; i < unknown.field_count(); ++i) {
    if (unknown.field(i).number() <= 6) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("puts and what becomes of them when bytes change: as protobuf reads them") {
  int parsed = 0;
  int refused = 0;
  int groups = 0;
  int wrong_types = 0;
  for (const auto seed : test_seeds(20'000)) {
    Rng rng{seed};
    std::string wire = random_put(rng).SerializeAsString();
    if (rng.chance(1, 10)) wire += random_put(rng).SerializeAsString();  // the later field counts
    mutate(rng, wire);
    etcdserverpb::PutRequest request;
    PutView view;
    const bool is_put = parse_message(wire, request);
    INFO("seed ", seed);
    if (parse_put(wire, view)) {
      REQUIRE(is_put);
      CHECK_FALSE(has_wrong_types(request));
      check_same(view, request);
      ++parsed;
    } else if (is_put) {
      ++(has_wrong_types(request) ? wrong_types : groups);
    } else {
      ++refused;
    }
  }
  CHECK(wrong_types > 10);
  CHECK(parsed > 1000);
  CHECK(refused > 1000);
  // Unknown fields in groups, which proto3 does not have, are refused here and passed over there.
  CHECK(groups < 10);
}

TEST_CASE("a put's bytes are viewed, not copied") {
  const std::string wire = "\x0a\x01k\x12\x02vv";
  PutView view;
  REQUIRE(parse_put(wire, view));
  CHECK(view.key.data() == wire.data() + 2);
  CHECK(view.value.data() == wire.data() + 5);
}

TEST_CASE("fields of other numbers are passed over") {
  PutView view;
  // Fields 9 to 12 of every kind, then a key.
  REQUIRE(
      parse_put("\x48\x01\x51"
                "12345678"
                "\x5a\x00\x65"
                "1234"
                "\x0a\x01k"sv,
                view));
  CHECK(view.key == "k");
  CHECK(view.lease == LeaseId{});
}

TEST_CASE("fields of other types, and groups, are refused") {
  PutView view;
  for (const auto bytes :
       {"\x08\x05"sv, "\x11\x01\x02\x03\x04\x05\x06\x07\x08"sv, "\x1a\x01x"sv, "\x22\x00"sv,
        "\x2d\x01\x02\x03\x04"sv, "\x31\x01\x02\x03\x04\x05\x06\x07\x08"sv, "\x0b\x0c"sv}) {
    CHECK_FALSE(parse_put(bytes, view));
  }
}
