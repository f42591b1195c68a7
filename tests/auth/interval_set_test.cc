#include "server/auth/interval_set.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/common/test_seed.h"

using quorate::Rng;
using quorate::auth::IntervalSet;

namespace {

constexpr std::string_view kOpen{"\0", 1};

// Every key of up to three letters out of 0x00, 'a', 'b' and 0xff: what bounds are drawn from.
std::vector<std::string> bounds() {
  const std::string letters{"\0ab\xff", 4};
  std::vector<std::string> keys{""};
  for (std::size_t from = 0, round = 0; round < 3; ++round) {
    const std::size_t to = keys.size();
    for (; from < to; ++from) {
      for (const char letter : letters) keys.push_back(keys[from] + letter);
    }
  }
  keys.erase(keys.begin());
  return keys;
}

// With the key right behind each: where something can begin or end.
std::vector<std::string> with_next(std::vector<std::string> keys) {
  const std::size_t count = keys.size();
  for (std::size_t i = 0; i < count; ++i) keys.push_back(keys[i] + '\0');
  return keys;
}

bool holds(std::string_view key, std::string_view range_end, std::string_view wanted) {
  if (range_end.empty()) return wanted == key;
  if (range_end == kOpen) return wanted >= key;
  return wanted >= key && wanted < range_end;
}

// By looking at each key there is.
bool covers_by_hand(const std::vector<IntervalSet::Range>& ranges, std::string_view key,
                    std::string_view range_end, const std::vector<std::string>& keys) {
  const auto in_some = [&](std::string_view wanted) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
      return holds(range.key, range.range_end, wanted);
    });
  };
  // Beyond the last key there are more than the list has: only an open range holds them all.
  if (range_end == kOpen && std::none_of(ranges.begin(), ranges.end(), [](const auto& range) {
        return range.range_end == kOpen;
      })) {
    return false;
  }
  return in_some(key) && std::all_of(keys.begin(), keys.end(), [&](const std::string& wanted) {
           return !holds(key, range_end, wanted) || in_some(wanted);
         });
}

}  // namespace

TEST_CASE("an empty set covers nothing") {
  const IntervalSet set;
  CHECK_FALSE(set.covers("a", ""));
  CHECK_FALSE(set.covers("a", "b"));
  CHECK_FALSE(set.covers("a", kOpen));
}

TEST_CASE("a single key covers itself, and the range that holds nothing else") {
  const IntervalSet set{{{"a", ""}}};
  CHECK(set.covers("a", ""));
  CHECK(set.covers("a", std::string_view{"a\0", 2}));
  CHECK_FALSE(set.covers("a", "b"));
  CHECK_FALSE(set.covers("a", kOpen));
  CHECK_FALSE(set.covers(std::string_view{"a\0", 2}, ""));
  CHECK_FALSE(set.covers("b", ""));
}

TEST_CASE("ranges that touch are one; a gap of one key is a gap") {
  const IntervalSet touching{{{"c", "e"}, {"a", "c"}}};
  CHECK(touching.size() == 1);
  CHECK(touching.covers("a", "e"));
  CHECK_FALSE(touching.covers("a", std::string_view{"e\0", 2}));

  const IntervalSet apart{{{"a", "c"}, {std::string_view{"c\0", 2}, "e"}}};
  CHECK(apart.size() == 2);
  CHECK_FALSE(apart.covers("a", "e"));
  CHECK_FALSE(apart.covers("c", ""));

  const IntervalSet filled{{{"a", "c"}, {"c", ""}, {std::string_view{"c\0", 2}, "e"}}};
  CHECK(filled.covers("a", "e"));
}

TEST_CASE("an open range swallows what lies behind it") {
  const IntervalSet set{{{"x", "z"}, {"m", kOpen}, {"a", ""}}};
  CHECK(set.size() == 2);
  CHECK(set.covers("m", kOpen));
  CHECK(set.covers("\xff\xff", ""));
  CHECK(set.covers("n", kOpen));
  CHECK_FALSE(set.covers("l", kOpen));
}

TEST_CASE("ranges without keys, and the empty key, add nothing") {
  const IntervalSet set{{{"z", "b"}, {"b", "b"}, {"", "c"}, {"", ""}, {"", kOpen}}};
  CHECK(set.size() == 0);
}

TEST_CASE("a request for no key counts as its first key, as in etcd") {
  const IntervalSet set{{{"b", "d"}}};
  CHECK(set.covers("b", "b"));
  CHECK(set.covers("c", "a"));
  CHECK_FALSE(set.covers("d", "d"));
  CHECK_FALSE(set.covers("x", "a"));
}

TEST_CASE("random sets cover what their ranges hold, key by key") {
  const std::vector<std::string> drawn = bounds();
  const std::vector<std::string> keys = with_next(drawn);
  for (const std::uint64_t seed : quorate::test_seeds(60)) {
    CAPTURE(seed);
    Rng rng{seed};
    const auto any_key = [&]() -> std::string_view { return drawn[rng.below(drawn.size())]; };
    const auto any_end = [&]() -> std::string_view {
      if (rng.chance(1, 3)) return "";
      return rng.chance(1, 12) ? kOpen : any_key();
    };
    std::vector<IntervalSet::Range> ranges(rng.below(12));
    for (auto& range : ranges) range = {any_key(), any_end()};
    const IntervalSet set{ranges};
    for (int i = 0; i < 400; ++i) {
      const std::string_view key = any_key();
      const std::string_view range_end = any_end();
      CAPTURE(key);
      CAPTURE(range_end);
      REQUIRE(set.covers(key, range_end) == covers_by_hand(ranges, key, range_end, keys));
    }
  }
}
