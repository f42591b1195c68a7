#include "server/lease/record.h"

#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "proto/lease.pb.h"
#include "tests/common/test_seed.h"

using quorate::LeaseId;
using quorate::Rng;
using quorate::lease::kTtlMax;
using quorate::lease::parse_record;
using quorate::lease::Record;
using quorate::lease::removed;
using quorate::lease::stored;

namespace {

using namespace std::string_literals;

const std::string kSeven = "\0\0\0\0\0\0\0\x07"s;

std::string error_of(std::string_view key, std::string_view value) {
  const auto record = parse_record(key, value);
  return record ? "" : record.error().message;
}

}  // namespace

TEST_CASE("a stored lease is what leasepb.Lease says, under its id in big-endian") {
  const auto change = stored(Record{LeaseId{7}, 100, 0});
  CHECK(change.key == kSeven);
  CHECK(change.value == "\x08\x07\x10\x64"s);
  CHECK(stored(Record{LeaseId{7}, 100, 99}).value == "\x08\x07\x10\x64\x18\x63"s);
  CHECK(stored(Record{LeaseId{-2}, 1, 0}).key == "\xff\xff\xff\xff\xff\xff\xff\xfe"s);
  CHECK(removed(LeaseId{7}).key == kSeven);
  CHECK(!removed(LeaseId{7}).value);
}

TEST_CASE("records read back as they were written, and the protobuf library agrees") {
  for (const std::int64_t id :
       {std::int64_t{1}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    for (const std::int64_t ttl : {std::int64_t{1}, std::int64_t{60}, kTtlMax}) {
      for (const std::int64_t remaining : {std::int64_t{0}, ttl}) {
        const Record record{LeaseId{id}, ttl, remaining};
        const auto change = stored(record);
        REQUIRE(change.value);
        const auto read = parse_record(change.key, *change.value);
        REQUIRE(read.has_value());
        CHECK(*read == record);
        leasepb::Lease message;
        REQUIRE(message.ParseFromString(*change.value));
        CHECK(message.id() == id);
        CHECK(message.ttl() == ttl);
        CHECK(message.remainingttl() == remaining);
      }
    }
  }
}

TEST_CASE("records that cannot be are refused and say why") {
  const std::string good = "\x08\x07\x10\x64"s;
  CHECK(error_of(kSeven, good).empty());
  CHECK(error_of(kSeven, good + "\x22\x01x"s).empty());  // a field of a later version
  CHECK(error_of("\x07", good) == "lease record: the key is not 8 bytes long");
  CHECK(error_of(kSeven + "\0"s, good) == "lease record: the key is not 8 bytes long");
  CHECK(error_of("\0\0\0\0\0\0\0\x08"s, good) ==
        "lease record: key and value name different leases");
  CHECK(error_of("\0\0\0\0\0\0\0\0"s, "\x10\x64"s) == "lease record: it has no id");
  CHECK(error_of(kSeven, "\x08\x07\x10"s) == "lease record: the value is no message");
  CHECK(error_of(kSeven, "\x08\x07\x12\x00"s) == "lease record: a field is not a number");
  CHECK(error_of(kSeven, *stored({LeaseId{7}, kTtlMax + 1, 0}).value) ==
        "lease record: the TTL is too large");
  CHECK(error_of(kSeven, *stored({LeaseId{7}, 5, kTtlMax + 1}).value) ==
        "lease record: the remaining TTL is too large");
}

TEST_CASE("whatever the bytes, a record that is accepted is one the book can take") {
  for (const std::uint64_t seed : quorate::test_seeds(3)) {
    INFO("again: QUORATE_SEED=", seed, " lease_test -tc='whatever the bytes*'");
    Rng rng{seed};
    int accepted = 0;
    for (int round = 0; round < 30'000; ++round) {
      auto change = stored({LeaseId{rng.between(1, 1 << 20)}, rng.between(1, kTtlMax), 30});
      std::string value = *change.value;
      for (std::uint64_t flips = rng.below(3); flips > 0; --flips) {
        value[rng.below(value.size())] = static_cast<char>(rng.next());
      }
      if (rng.chance(1, 4)) value.resize(rng.below(value.size() + 1));
      const auto record = parse_record(change.key, value);
      if (!record) {
        REQUIRE(record.error().code == quorate::Code::data_loss);
        continue;
      }
      ++accepted;
      REQUIRE(stored(*record).key == change.key);
      REQUIRE(record->id != LeaseId{});
      REQUIRE(record->ttl <= kTtlMax);
      REQUIRE(record->remaining <= kTtlMax);
    }
    CHECK(accepted > 1000);
    CHECK(accepted < 29'000);
  }
}
