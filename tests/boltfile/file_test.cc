#include "common/boltfile/file.h"

#include <string>

#include <doctest/doctest.h>

#include "common/crc32c.h"
#include "tests/boltfile/images.h"

using namespace quorate;
using namespace quorate::boltfile;

namespace {

constexpr std::size_t kPage = 4096;

std::string number(int n) {
  return std::to_string(1000 + n);
}

// Pages: 2 to 5 the leaves of "b", each with one pair, 6 their branch, 7 the root with "a" (inline)
// and "b".
std::string sample() {
  Pairs pairs;
  for (int n = 0; n < 4; ++n) pairs.emplace_back(number(n), std::string(3000, 'v'));
  return write_image({{"a", {{"x", "1"}}}, {"b", pairs}});
}

// Makes both metas say this.
void set_meta(std::string& image, const Meta& meta) {
  image.replace(0, kPage, make_meta_page(0, meta));
  image.replace(kPage, kPage, make_meta_page(1, meta));
}

std::size_t leaf_element(PageId page, int i) {
  return page * kPage + 16 + static_cast<std::size_t>(i) * 16;
}

// What a full check says; also what a walk says, which must not be more lenient.
std::string refusal(const std::string& image) {
  const Opener opener;
  const auto file = opener.open(image);
  if (!file) return file.error().message;
  const Status sound = file->check();
  const auto digest = file->digest();
  if (!digest) CHECK(!sound.has_value());
  return sound ? "" : sound.error().message;
}

std::string with(std::size_t at, auto value) {
  std::string image = sample();
  poke(image, at, value);
  return image;
}

}  // namespace

TEST_CASE("the sample is what its comment says") {
  const Opener opener;
  const auto file = opener.open(sample());
  REQUIRE(file.has_value());
  CHECK(file->page_count() == 8);
  CHECK(file->image_bytes() == 8 * kPage);
  CHECK(file->check().has_value());
  const auto a = file->bucket("a");
  REQUIRE(a.value().has_value());
  CHECK(read_pairs(**a) == Pairs{{"x", "1"}});
  CHECK((*a)->find("x").value() == "1");
  CHECK(!(*a)->find("y").value());
  CHECK(!file->bucket("c").value());
  const auto b = file->bucket("b");
  CHECK((*b)->find(number(2)).value() == std::string(3000, 'v'));
  CHECK(!(*b)->find("0").value());
  CHECK(!(*b)->find("10005").value());
  CHECK(!(*b)->find("2").value());
  CHECK((*b)->last().value()->key == number(3));
}

TEST_CASE("the digest covers names, keys and values of all buckets") {
  const Opener opener;
  const auto file = opener.open(sample());
  std::string all = "ax1b";
  for (int n = 0; n < 4; ++n) all += number(n) + std::string(3000, 'v');
  const auto digest = file->digest();
  REQUIRE(digest.has_value());
  CHECK(digest->crc == crc32c(0, all));
  CHECK(digest->pairs == 5);
}

TEST_CASE("bytes behind the pages are nobody's business, missing ones are") {
  CHECK(refusal(sample() + std::string(32, 't')).empty());
  CHECK(refusal(sample().substr(0, 8 * kPage - 1)) == "the file is shorter than its pages");
}

TEST_CASE("a file that is none says so") {
  const Opener opener;
  CHECK(opener.open("").error().message == "invalid database");
  CHECK(opener.open("hello").error().message == "invalid database");
  CHECK(opener.open("").error().code == Code::data_loss);
  const auto missing = File::open("/nowhere/db");
  CHECK(missing.error().code == Code::not_found);
  CHECK(missing.error().message == "open /nowhere/db: No such file or directory");
  CHECK(File::open("/tmp").error().code == Code::invalid_argument);
}

TEST_CASE("metas cannot make a file larger than it is") {
  std::string image = sample();
  Meta meta = *parse_meta(image);
  meta.high_water = 9;
  set_meta(image, meta);
  CHECK(refusal(image) == "the file is shorter than its pages");
  for (const std::uint64_t pages : {kPagesMax + 1, std::uint64_t{1} << 52, ~std::uint64_t{0}}) {
    meta.high_water = pages;
    set_meta(image, meta);
    CHECK(refusal(image) == "the file claims to have too many pages");
  }
  for (const std::uint64_t pages : {0, 1, 2, 7}) {
    meta.high_water = pages;
    set_meta(image, meta);
    CHECK(refusal(image) == "page 7: not a page of the file");
  }
}

TEST_CASE("page references lead into the file, to the page they name, once") {
  const std::size_t first_child = leaf_element(6, 0) + 8;
  for (const PageId id : {PageId{0}, PageId{1}, PageId{8}, ~PageId{0}}) {
    CHECK(refusal(with(first_child, id)) ==
          "page " + std::to_string(id) + ": not a page of the file");
  }
  CHECK(refusal(with(2 * kPage, PageId{3})) == "page 2: says it is page 3");
  CHECK(refusal(with(first_child, PageId{6})) == "page 6: reachable more than once");
  CHECK(refusal(with(first_child, PageId{7})) == "page 7: reachable more than once");
  CHECK(refusal(with(first_child + 16, PageId{2})) == "page 2: reachable more than once");
  CHECK(refusal(with(2 * kPage + 8, kFreelistFlag)) == "page 2: neither a branch nor a leaf page");
}

TEST_CASE("pages with overflow stay in the file and apart") {
  CHECK(refusal(with(5 * kPage + 12, std::uint32_t{3})) ==
        "page 5: reaches past the end of the file");
  CHECK(refusal(with(5 * kPage + 12, ~std::uint32_t{0})) ==
        "page 5: reaches past the end of the file");
  CHECK(refusal(with(5 * kPage + 12, std::uint32_t{1})) == "page 5: reachable more than once");
}

TEST_CASE("children stay within the bounds their parent sets") {
  // The keys of the leaves lie behind their only element.
  std::string image = sample();
  image.replace(3 * kPage + 32, 4, "1000");
  CHECK(refusal(image) == "a page begins before its parent says");
  image.replace(3 * kPage + 32, 4, "1002");
  CHECK(refusal(image) == "a page ends behind what its parent says");
  image.replace(3 * kPage + 32, 4, "1001");
  CHECK(refusal(image).empty());
}

TEST_CASE("only a root may be empty") {
  CHECK(refusal(with(2 * kPage + 10, std::uint16_t{0})) == "a page without elements");
  CHECK(refusal(with(6 * kPage + 10, std::uint16_t{0})) == "a branch page without children");
  CHECK(refusal(with(7 * kPage + 10, std::uint16_t{0})).empty());
}

TEST_CASE("a page that is its own and only child ends a search, not only a walk") {
  std::string image = sample();
  poke(image, 6 * kPage + 10, std::uint16_t{1});
  poke(image, leaf_element(6, 0) + 8, PageId{6});
  const Opener opener;
  const auto file = opener.open(image);
  const auto bucket = file->bucket("b");
  REQUIRE(bucket.value().has_value());
  CHECK((*bucket)->find(number(0)).error().message == "too many levels of pages");
  CHECK((*bucket)->last().error().message == "too many levels of pages");
  CHECK(file->check().error().message == "page 6: reachable more than once");
}

TEST_CASE("the root holds buckets, buckets hold pairs") {
  // Value of "a" in the root: its key lies behind both elements.
  const std::size_t a_value = 7 * kPage + 16 + 2 * 16 + 1;
  CHECK(refusal(with(leaf_element(7, 0), std::uint32_t{0})) == "a pair beside the buckets");
  CHECK(refusal(with(leaf_element(2, 0), std::uint32_t{1})) == "a bucket in a bucket");
  CHECK(refusal(with(leaf_element(7, 0) + 12, std::uint32_t{15})) ==
        "a bucket's value is too short");
  CHECK(refusal(with(leaf_element(7, 0) + 12, std::uint32_t{31})) ==
        "an inline bucket: no room for a page head");
  CHECK(refusal(with(a_value + 16 + 8, std::uint32_t{kBranchFlag})) ==
        "an inline bucket that is no leaf");
  CHECK(refusal(with(a_value + 16 + 16, std::uint32_t{1})) == "a bucket in a bucket");
  CHECK(refusal(with(a_value + 16 + 16 + 12, std::uint32_t{2})) ==
        "an inline bucket: an element reaches past its page");
}

TEST_CASE("with a freelist every page is in use or free") {
  std::string image = sample();
  Meta meta = *parse_meta(image);
  meta.freelist = 8;
  meta.high_water = 11;
  const auto build = [&](const std::vector<PageId>& free, std::uint16_t count) {
    std::string all = image;
    set_meta(all, meta);
    std::string page;
    append_head({8, kFreelistFlag, count, 0}, page);
    for (const PageId id : free) append(id, page);
    page.resize(kPage);
    return all + page + std::string(2 * kPage, '?');
  };
  CHECK(refusal(build({9, 10}, 2)).empty());
  CHECK(refusal(build({2, 9, 10}, kManyFreePages)).empty());
  CHECK(refusal(build({9}, 1)) == "page 10: neither free nor in use");
  CHECK(refusal(build({9, 10, 5}, 3)) == "page 5: free and in use");
  CHECK(refusal(build({9, 10, 9}, 3)) == "page 9: free and in use");
  CHECK(refusal(build({9, 10, 11}, 3)) == "page 11: free, but not of the file");
  CHECK(refusal(build({9, 10}, 600)) == "the freelist is longer than its page");
  CHECK(refusal(build({~PageId{0}, 9}, kManyFreePages)) == "the freelist is longer than its page");
  meta.freelist = 7;
  CHECK(refusal(build({}, 0)) == "page 7: reachable more than once");
  meta.freelist = 9;
  CHECK(refusal(build({}, 0)).starts_with("page 9: says it is page "));
}
