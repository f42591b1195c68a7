#include "common/boltfile/tree_shape.h"

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/common/test_seed.h"

using quorate::Rng;
using quorate::boltfile::ClosedPage;
using quorate::boltfile::TreeShape;

namespace {

constexpr std::uint32_t kPage = 1024;

struct Size {
  std::size_t key;
  std::size_t value;
};

std::vector<ClosedPage> shape_of(const std::vector<Size>& pairs) {
  std::vector<ClosedPage> pages;
  const auto collect = [&](const ClosedPage& page) { pages.push_back(page); };
  TreeShape shape{kPage};
  for (const Size& pair : pairs) shape.add(pair.key, pair.value, collect);
  shape.finish(collect);
  return pages;
}

// "leaf*3 leaf*2+1 branch*2": levels, elements and pages of overflow, in order.
std::string text(const std::vector<ClosedPage>& pages) {
  std::string all;
  for (const ClosedPage& page : pages) {
    if (!all.empty()) all += ' ';
    all += page.level == 0 ? "leaf" : "branch" + std::to_string(page.level);
    all += '*' + std::to_string(page.count);
    if (page.pages > 1) all += '+' + std::to_string(page.pages - 1);
  }
  return all;
}

std::vector<Size> same(std::size_t count, std::size_t key, std::size_t value) {
  return std::vector<Size>(count, Size{key, value});
}

// Follows the pages as a reader would; fails on what bbolt would not bear.
void check(const std::vector<Size>& pairs, const std::vector<ClosedPage>& pages) {
  std::vector<std::deque<std::size_t>> open(1);  // sizes of elements by level, without a page yet
  for (const Size& pair : pairs) open[0].push_back(pair.key);
  std::size_t next_value = 0;
  for (const ClosedPage& page : pages) {
    REQUIRE(page.level < open.size());
    REQUIRE(page.count <= open[page.level].size());
    std::size_t bytes = 16;
    const std::size_t first = open[page.level].empty() ? 0 : open[page.level].front();
    for (std::uint32_t i = 0; i < page.count; ++i) {
      bytes += 16 + open[page.level].front();
      if (page.level == 0) bytes += pairs[next_value++].value;
      open[page.level].pop_front();
    }
    REQUIRE(page.pages == (bytes + kPage - 1) / kPage);
    // Only a leaf of one pair and a branch of two or three keys may need more than a page.
    if (page.pages > 1) REQUIRE(page.count <= (page.level == 0 ? 1 : 3));
    if (page.level > 0) REQUIRE(page.count >= 2);
    if (open.size() == page.level + 1) open.emplace_back();
    open[page.level + 1].push_back(first);
  }
  // All elements are in pages but the root, which is the last one.
  for (std::size_t level = 0; level + 1 < open.size(); ++level) REQUIRE(open[level].empty());
  REQUIRE(open.back().size() == 1);
  REQUIRE(pages.back().level + 2 == open.size());
}

}  // namespace

TEST_CASE("a tree without pairs is an empty leaf, a small one a leaf") {
  CHECK(text(shape_of({})) == "leaf*0");
  CHECK(text(shape_of(same(1, 1, 0))) == "leaf*1");
  CHECK(text(shape_of(same(3, 10, 100))) == "leaf*3");
}

TEST_CASE("a page is filled to its last byte and not beyond") {
  // 16 of head and 8 times 126
  CHECK(text(shape_of(same(8, 10, 100))) == "leaf*8");
  auto pairs = same(8, 10, 100);
  pairs.back().value = 101;
  CHECK(text(shape_of(pairs)) == "leaf*7 leaf*1 branch1*2");
}

TEST_CASE("a pair larger than a page gets pages of its own") {
  CHECK(text(shape_of({{10, 982}})) == "leaf*1");
  CHECK(text(shape_of({{10, 983}})) == "leaf*1+1");
  CHECK(text(shape_of({{5, 5}, {10, 5000}, {5, 5}})) == "leaf*1 leaf*1+4 leaf*1 branch1*3");
}

TEST_CASE("a branch follows its children as soon as it is full") {
  // A leaf each; 8 elements of 16 + 110 fill a branch. The second branch needs two children
  // before the first is let go.
  CHECK(text(shape_of(same(8, 110, 800))) ==
        "leaf*1 leaf*1 leaf*1 leaf*1 leaf*1 leaf*1 leaf*1 leaf*1 branch1*8");
  const std::string full = text(shape_of(same(40, 110, 800)));
  CHECK(full.find("branch1*8") < full.rfind("leaf*1"));
  CHECK(full.substr(full.rfind(' ') + 1) == "branch2*5");
}

TEST_CASE("no branch is left with an only child: it takes one from its neighbour") {
  const std::string pages = text(shape_of(same(9, 110, 800)));
  CHECK(pages.substr(pages.find('b')) == "branch1*7 branch1*2 branch2*2");
  // Two keys fill a branch: three must share one.
  CHECK(text(shape_of(same(3, 600, 300))) == "leaf*1 leaf*1 leaf*1 branch1*3+1");
  CHECK(text(shape_of(same(4, 600, 300))) ==
        "leaf*1 leaf*1 leaf*1 leaf*1 branch1*2+1 branch1*2+1 branch2*2+1");
}

TEST_CASE("whatever the sizes, every pair is in one page and every page in one branch") {
  for (const std::uint64_t seed : quorate::test_seeds(200)) {
    INFO("again: QUORATE_SEED=", seed, " boltfile_test -tc='whatever the sizes, every pair*'");
    Rng rng{seed};
    const std::size_t key_max = 1 + rng.below(rng.chance(1, 2) ? 40 : 1500);
    const std::size_t value_max = 1 + rng.below(rng.chance(1, 2) ? 100 : 3000);
    std::vector<Size> pairs;
    for (std::uint64_t n = rng.below(3000); n > 0; --n) {
      pairs.push_back({1 + rng.below(key_max), rng.below(value_max)});
    }
    check(pairs, shape_of(pairs));
  }
}
