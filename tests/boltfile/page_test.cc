#include "common/boltfile/page.h"

#include <string>

#include <doctest/doctest.h>

#include "common/boltfile/page_buffer.h"
#include "tests/boltfile/images.h"

using namespace quorate::boltfile;
using namespace std::string_literals;

namespace {

// The bucket "auth" of an etcd 3.5.30: inline, one pair.
const std::string kRecordedBucket =
    std::string(16, '\0') + std::string(8, '\0') + "\x02\0\x01\0\0\0\0\0"s +
    "\0\0\0\0\x10\0\0\0\x0c\0\0\0\x08\0\0\0"s + "authRevision" + "\0\0\0\0\0\0\0\x01"s;

// Leaf elements begin at byte 16, every 16 bytes: flags, pos, key size, value size.
std::string leaf(const Pairs& pairs) {
  LeafBuffer buffer;
  for (const auto& [key, value] : pairs) buffer.add(0, key, value);
  std::string page;
  buffer.write_page(7, 0, page);
  return page;
}

std::string branch(const std::vector<std::pair<std::string, PageId>>& children) {
  BranchBuffer buffer;
  for (const auto& [key, child] : children) buffer.add(key, child);
  std::string page;
  buffer.write_page(7, 0, static_cast<std::uint32_t>(children.size()), page);
  return page;
}

std::string refusal(const std::string& bytes) {
  const auto page = Page::parse(bytes);
  return page ? "" : page.error().message;
}

}  // namespace

TEST_CASE("an inline page that etcd wrote is understood, and ours is the same to the byte") {
  const auto page = Page::parse(std::string_view{kRecordedBucket}.substr(kBucketHeadBytes));
  REQUIRE(page.has_value());
  CHECK(page->is_leaf());
  REQUIRE(page->count() == 1);
  CHECK(page->key(0) == "authRevision");
  CHECK(page->value(0) == "\0\0\0\0\0\0\0\x01"s);
  CHECK(!page->is_bucket(0));

  LeafBuffer buffer;
  buffer.add(0, "authRevision", "\0\0\0\0\0\0\0\x01"s);
  std::string ours(kBucketHeadBytes, '\0');
  buffer.write_page(0, 0, ours);
  CHECK(ours == kRecordedBucket);
}

TEST_CASE("positions in a leaf count from their own element, as in the root page of an etcd") {
  // Two of its ten elements, at their places.
  std::string page = "\x04\0\0\0\0\0\0\0\x02\0\x02\0\0\0\0\0"s +
                     "\x01\0\0\0\xa0\0\0\0\x05\0\0\0\x20\0\0\0"s +
                     "\x01\0\0\0\xb5\0\0\0\x04\0\0\0\x44\0\0\0"s;
  page.resize(0xb0);
  page += "alarm" + std::string(24, '\0') + "\x02\0\0\0\0\0\0\0"s;
  REQUIRE(page.size() == 0xd5);
  page += "auth" + kRecordedBucket;
  const auto root = Page::parse(page);
  REQUIRE(root.has_value());
  CHECK(root->key(0) == "alarm");
  CHECK(root->value(0).size() == 32);
  CHECK(root->is_bucket(0));
  CHECK(root->key(1) == "auth");
  CHECK(root->value(1) == kRecordedBucket);
}

TEST_CASE("a branch page says its children") {
  const std::string bytes = branch({{"", 9}, {"b", 11}, {"c\xff", 10}});
  const auto page = Page::parse(bytes);
  REQUIRE(page.has_value());
  CHECK(!page->is_leaf());
  REQUIRE(page->count() == 3);
  CHECK(page->key(0).empty());
  CHECK(page->key(2) == "c\xff");
  CHECK(page->child(0) == 9);
  CHECK(page->child(1) == 11);
  CHECK(page->child(2) == 10);
}

TEST_CASE("a page counts the keys before one") {
  const std::string bytes = leaf({{"a", ""}, {"b", "1"}, {"bb", "22"}, {"\xff", ""}});
  const auto page = Page::parse(bytes);
  REQUIRE(page.has_value());
  CHECK(page->lower_bound("") == 0);
  CHECK(page->lower_bound("a") == 0);
  CHECK(page->lower_bound("a\0"s) == 1);
  CHECK(page->lower_bound("bb") == 2);
  CHECK(page->lower_bound("c") == 3);
  CHECK(page->lower_bound("\xff\xff") == 4);
}

TEST_CASE("a page is refused when anything in it reaches where it should not") {
  const std::string good = leaf({{"a", "1"}, {"b", "2"}, {"c", "3"}});
  REQUIRE(refusal(good).empty());
  const auto bent = [&](std::size_t at, std::uint32_t value) {
    std::string page = good;
    poke(page, at, value);
    return refusal(page);
  };
  CHECK(refusal(good.substr(0, 15)) == "no room for a page head");
  CHECK(refusal(good.substr(0, 63)) == "more elements than the page has room for");
  CHECK(refusal(good.substr(0, 69)) == "an element reaches past its page");
  CHECK(bent(16 + 4, 47) == "elements overlap");  // into the element array
  CHECK(bent(32 + 4, 33) == "elements overlap");  // into the first one's value
  CHECK(bent(32 + 4, 0xffffffff) == "an element reaches past its page");
  CHECK(bent(48 + 8, 0xffffffff) == "an element reaches past its page");
  CHECK(bent(48 + 12, 2) == "an element reaches past its page");
  CHECK(bent(16 + 8, 0) == "a key is empty");
  CHECK(bent(16, 2) == "an element has unknown flags");
  CHECK(bent(8, 0x30000 | kMetaFlag) == "neither a branch nor a leaf page");
  CHECK(bent(8, 0x30000 | kLeafFlag | kBranchFlag) == "neither a branch nor a leaf page");
  CHECK(bent(8, 0x40000 | kLeafFlag) == "more elements than the page has room for");
  CHECK(refusal(leaf({{"b", ""}, {"a", ""}})) == "keys are out of order");
  CHECK(refusal(leaf({{"a", ""}, {"a", ""}})) == "keys are out of order");
  CHECK(refusal(branch({{"b", 3}, {"a", 4}})) == "keys are out of order");
  CHECK(refusal(leaf({{std::string(kKeyBytesMax, 'k'), ""}})).empty());
  CHECK(refusal(leaf({{std::string(kKeyBytesMax + 1, 'k'), ""}})) == "a key is too long");
}
