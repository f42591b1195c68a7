// Damaged files: never a crash, a hang or much memory. To be run under the sanitizers too.
#include <string>

#include <doctest/doctest.h>

#include "common/boltfile/cursor.h"
#include "common/rng.h"
#include "tests/boltfile/images.h"
#include "tests/common/test_seed.h"

using namespace quorate;
using namespace quorate::boltfile;

namespace {

constexpr std::uint32_t kPage = 1024;

std::string good_image(Rng& rng) {
  Buckets buckets;
  for (const char* name : {"auth", "key", "lease", "meta"}) {
    const std::size_t count = rng.below(2) * (1 + rng.below(200));
    buckets.emplace_back(name, random_pairs(rng, count, 20, rng.chance(1, 4) ? 5000 : 60));
  }
  return write_image(buckets, {kPage, 2});
}

// Where numbers are: heads, elements, metas; and anywhere.
std::size_t likely_place(Rng& rng, const std::string& image) {
  const std::size_t page = rng.below(image.size() / kPage) * kPage;
  switch (rng.below(3)) {
    case 0:
      return page + rng.below(16);
    case 1:
      return page + 16 + rng.below(160);
    default:
      return rng.below(image.size());
  }
}

void damage(Rng& rng, std::string& image) {
  for (std::uint64_t n = 1 + rng.below(4); n > 0; --n) {
    const std::size_t at = likely_place(rng, image);
    switch (rng.below(5)) {
      case 0:
        image[at] = static_cast<char>(image[at] ^ (1 << rng.below(8)));
        break;
      case 1:
        image[at] = static_cast<char>(rng.next());
        break;
      case 2:
        image[at] = rng.chance(1, 2) ? '\xff' : '\0';
        break;
      case 3:  // a small number, as page ids and counts are
        image[at] = static_cast<char>(rng.below(image.size() / kPage));
        break;
      default: {  // one page's bytes over another's
        const std::size_t from = likely_place(rng, image);
        const std::size_t size = 1 + rng.below(kPage);
        image.replace(at, std::min(size, image.size() - at), image.substr(from, size));
        image.resize(image.size() / kPage * kPage);
      }
    }
  }
}

// Damage to metas is seen by their checksums; to get further, it must be right.
void sum_again(Rng& rng, std::string& image) {
  const std::size_t at = rng.below(2) * kPage;
  auto meta = parse_meta(std::string_view{image}.substr(at));
  if (!meta) return;
  switch (rng.below(4)) {
    case 0:
      meta->root = rng.below(image.size() / kPage + 2);
      break;
    case 1:
      meta->freelist = rng.below(image.size() / kPage + 2);
      break;
    case 2:
      meta->high_water = rng.below(image.size() / kPage + 2);
      break;
    default:
      meta->transaction = rng.next();
  }
  image.replace(at, kPage, make_meta_page(at / kPage, *meta));
}

std::uint64_t count_pairs(const Bucket& bucket) {
  std::uint64_t pairs = 0;
  Cursor cursor = bucket.cursor();
  for (;;) {
    const auto pair = cursor.next();
    if (!pair || !pair->has_value()) return pairs;
    // Every byte is looked at, for the sanitizers.
    (void)std::hash<std::string_view>{}((*pair)->key);
    (void)std::hash<std::string_view>{}((*pair)->value);
    ++pairs;
  }
}

// All that a reader can do. Returns how much of it went well.
int read_all(const File& file, std::uint64_t file_bytes) {
  int good = 0;
  good += file.check() ? 1 : 0;
  if (const auto digest = file.digest()) {
    // 16 bytes of element each, so there cannot be more.
    CHECK(digest->pairs <= file_bytes / 16);
    ++good;
  }
  Cursor root = file.root().cursor();
  for (auto pair = root.next(); pair && pair->has_value(); pair = root.next()) {
    const auto bucket = file.bucket_of(**pair);
    if (!bucket) continue;
    CHECK(count_pairs(*bucket) <= file_bytes / 16);
    good += bucket->find("k") ? 1 : 0;
    good += bucket->last() ? 1 : 0;
  }
  good += file.bucket("key") ? 1 : 0;
  return good;
}

}  // namespace

TEST_CASE("damaged files are read or refused, and that is all") {
  const Opener opener;
  int opened = 0;
  int good = 0;
  for (const std::uint64_t seed : test_seeds(3000)) {
    INFO("again: QUORATE_SEED=", seed, " boltfile_test -tc='damaged files*'");
    Rng rng{seed};
    std::string image = good_image(rng);
    if (rng.chance(1, 20)) image.resize(rng.below(image.size()));
    if (image.size() >= 2 * kPage) {
      damage(rng, image);
      if (rng.chance(1, 2)) sum_again(rng, image);
    }
    const auto file = opener.open(image);
    if (!file) {
      CHECK(file.error().code == Code::data_loss);
      continue;
    }
    ++opened;
    good += read_all(*file, image.size());
  }
  // The damage is such that it gets past the first checks.
  if (std::getenv("QUORATE_SEED") == nullptr) {
    CHECK(opened > 2000);
    CHECK(good > 2000);
  }
}
