#include "server/watch/range_index.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/common/test_seed.h"

using namespace quorate;
using namespace quorate::watch;
using mvcc::KeyRange;

namespace {

// A range with keys of its own.
struct Bounds {
  std::string key;
  std::string range_end;
  [[nodiscard]] KeyRange range() const { return KeyRange::of(key, range_end); }
};

std::vector<const Interest*> found(const RangeIndex& index, std::string_view key) {
  std::vector<const Interest*> interests;
  index.stab(key, [&](Interest& interest) { interests.push_back(&interest); });
  std::sort(interests.begin(), interests.end());
  return interests;
}

std::string draw_key(Rng& rng) {
  std::string key;
  for (auto n = rng.between(0, 3); n > 0; --n) key += "ab\xff"[rng.below(3)];
  return key;
}

Bounds draw_bounds(Rng& rng) {
  Bounds bounds{draw_key(rng), draw_key(rng)};
  switch (rng.below(3)) {
    case 0:
      bounds.range_end.clear();
      break;
    case 1:
      bounds.range_end.assign(1, '\0');
      break;
    default:
      if (bounds.range_end < bounds.key) std::swap(bounds.key, bounds.range_end);
      if (bounds.range_end == bounds.key) bounds.range_end += 'a';
  }
  return bounds;
}

}  // namespace

TEST_CASE("the same range is one interest, until its last user goes") {
  RangeIndex index{Rng{1}};
  Interest& single = index.acquire(KeyRange::single("k"));
  CHECK(&index.acquire(KeyRange::single("k")) == &single);
  Interest& bounded = index.acquire(KeyRange::bounded("k", "l"));
  CHECK(&index.acquire(KeyRange::bounded("k", "l")) == &bounded);
  Interest& open = index.acquire(KeyRange::from("k"));
  CHECK(found(index, "k").size() == 3);
  index.release(single);
  index.release(bounded);
  index.release(open);
  CHECK(found(index, "k").size() == 2);
  index.release(single);
  index.release(bounded);
  CHECK(found(index, "k").empty());
  CHECK(index.memory_bytes() == 0);
}

TEST_CASE("an interest knows its range") {
  RangeIndex index{Rng{1}};
  const std::string zeros{"\0\0", 2};
  for (const auto& range :
       {KeyRange::single(zeros), KeyRange::bounded("a", zeros + "b"), KeyRange::from("q")}) {
    const KeyRange known = RangeIndex::range_of(index.acquire(range));
    CHECK(known.shape() == range.shape());
    CHECK(known.begin_key() == range.begin_key());
    CHECK(known.end_key() == range.end_key());
  }
}

TEST_CASE("by chance: a key finds exactly the ranges it lies in") {
  for (const auto seed : test_seeds(20)) {
    CAPTURE(seed);
    Rng rng{seed};
    RangeIndex index{rng.fork()};
    std::vector<std::pair<Bounds, Interest*>> model;
    for (int step = 0; step < 1000; ++step) {
      const bool grows = rng.chance(model.size() < 60 ? 2 : 1, 3);
      if (grows || model.empty()) {
        Bounds bounds = draw_bounds(rng);
        Interest* interest = &index.acquire(bounds.range());
        model.emplace_back(std::move(bounds), interest);
      } else {
        const std::size_t at = rng.below(model.size());
        index.release(*model[at].second);
        model[at] = std::move(model.back());
        model.pop_back();
      }
      const std::string key = draw_key(rng);
      std::vector<const Interest*> expected;
      for (const auto& [bounds, interest] : model) {
        if (bounds.range().contains(key)) expected.push_back(interest);
      }
      std::sort(expected.begin(), expected.end());
      expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
      REQUIRE(found(index, key) == expected);
    }
  }
}

TEST_CASE("ranges in ascending order do not make the tree deep") {
  RangeIndex index{Rng{7}};
  for (int i = 100'000; i < 200'000; ++i) {  // a list of this length would overflow the stack
    index.acquire(KeyRange::bounded(std::to_string(i), std::to_string(i + 1)));
  }
  CHECK(found(index, "150000").size() == 1);
  CHECK(found(index, "1500001").size() == 1);
  CHECK(found(index, "200000").empty());
}
