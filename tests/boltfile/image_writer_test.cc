#include "common/boltfile/image_writer.h"

#include <string>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/boltfile/images.h"
#include "tests/common/test_seed.h"

using namespace quorate;
using namespace quorate::boltfile;

namespace {

// What a writer says about one bucket of these pairs.
std::string refusal(const Pairs& pairs) {
  PairList list;
  for (const auto& [key, value] : pairs) list.add(key, value);
  auto writer = ImageWriter::plan({{"b", &list}});
  if (!writer) return writer.error().message;
  const Status written = writer->write_to([](std::string_view) -> Status { return {}; });
  return written ? "" : written.error().message;
}

// Says one thing when measured and another when written.
class Fickle final : public PairSource {
 public:
  Fickle(Pairs measured, Pairs written)
      : measured_{std::move(measured)}, written_{std::move(written)} {}
  Result<std::optional<Size>> next_size() override {
    if (sizes_ == measured_.size()) return std::optional<Size>{};
    const auto& [key, value] = measured_[sizes_++];
    return std::optional<Size>{{key.size(), value.size()}};
  }
  Result<std::optional<Entry>> next() override {
    if (entries_ == written_.size()) return std::optional<Entry>{};
    const auto& [key, value] = written_[entries_++];
    return std::optional<Entry>{{key, value}};
  }

 private:
  Pairs measured_;
  Pairs written_;
  std::size_t sizes_ = 0;
  std::size_t entries_ = 0;
};

class Broken final : public PairSource {
 public:
  explicit Broken(int good) : good_{good} {}
  Result<std::optional<Size>> next_size() override {
    if (sizes_++ == 3) return std::optional<Size>{};
    return std::optional<Size>{{1, 1}};
  }
  Result<std::optional<Entry>> next() override {
    if (good_-- == 0) return Error{Code::unavailable, "disk gone"};
    key_ += 'k';
    return std::optional<Entry>{{key_, "v"}};
  }

 private:
  int good_;
  int sizes_ = 0;
  std::string key_;
};

Pairs numbered(int count, std::size_t value_bytes) {
  Pairs pairs;
  for (int n = 0; n < count; ++n) {
    pairs.emplace_back(std::to_string(100'000 + n), std::string(value_bytes, 'v'));
  }
  return pairs;
}

}  // namespace

TEST_CASE("what is written is read again, whatever its sizes") {
  const Opener opener;
  for (const std::uint64_t seed : test_seeds(60)) {
    INFO("again: QUORATE_SEED=", seed, " boltfile_test -tc='what is written is read again*'");
    Rng rng{seed};
    ImageWriter::Options options;
    options.page_bytes = 1024U << rng.below(3);
    options.transaction = 1 + rng.below(100);
    Buckets buckets;
    for (std::uint64_t n = rng.below(6); n > 0; --n) {
      const std::size_t key_max = 1 + rng.below(rng.chance(1, 4) ? 3000 : 30);
      const std::size_t value_max = rng.below(rng.chance(1, 4) ? 50'000 : 300);
      const std::size_t count = rng.below(rng.chance(1, 2) ? 2000 : 8);
      // Names so long that their own tree has several pages.
      const std::string name = std::to_string(10 - n) + std::string(rng.below(500), 'n');
      buckets.emplace_back(
          name,
          key_max == 1 ? Pairs{} : random_pairs(rng, count % (255 * key_max), key_max, value_max));
    }
    const std::string image = write_image(buckets, options);
    const auto file = opener.open(image);
    REQUIRE(file.has_value());
    CHECK(file->image_bytes() == image.size());
    CHECK(file->page_bytes() == options.page_bytes);
    CHECK(file->transaction() == options.transaction);
    const Status sound = file->check();
    INFO((sound ? "" : sound.error().message));
    REQUIRE(sound.has_value());
    REQUIRE(read_buckets(*file) == buckets);
    for (const auto& [name, pairs] : buckets) {
      const auto bucket = file->bucket(name);
      REQUIRE(bucket.value().has_value());
      for (std::size_t i = 0; i < pairs.size(); i += 1 + pairs.size() / 20) {
        CHECK((*bucket)->find(pairs[i].first).value() == pairs[i].second);
      }
      const auto last = (*bucket)->last();
      REQUIRE(last.value().has_value() == !pairs.empty());
      if (!pairs.empty()) CHECK((*last)->key == pairs.back().first);
    }
  }
}

TEST_CASE("both metas say the same but for the transaction") {
  const std::string image = write_image({{"b", numbered(100, 50)}}, {4096, 41});
  const auto first = parse_meta(image);
  auto second = parse_meta(std::string_view{image}.substr(4096));
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->transaction == 41);
  CHECK(second->transaction == 40);
  second->transaction = 41;
  CHECK(*first == *second);
  CHECK(first->freelist == kNoFreelist);
}

TEST_CASE("a bucket is inline up to a quarter of a page (bbolt's Bucket.inlineable)") {
  // 16 of head, 16 + 6 + 986 of pair: 1024
  CHECK(write_image({{"b", numbered(1, 986)}}).size() == 3 * 4096);
  CHECK(write_image({{"b", numbered(1, 987)}}).size() == 4 * 4096);
  CHECK(write_image({{"a", {}}, {"b", {}}}).size() == 3 * 4096);
  CHECK(write_image({}).size() == 3 * 4096);
}

TEST_CASE("the stream is the same in chunks of any size") {
  const Buckets buckets{
      {"a", numbered(3, 10)}, {"b", numbered(300, 100)}, {"c", numbered(1, 20'000)}};
  const std::string image = write_image(buckets);
  for (const std::size_t size : {1U, 7U, 4096U, 1'000'000U}) {
    std::vector<PairList> lists(3);
    std::vector<ImageWriter::BucketSource> sources;
    for (std::size_t i = 0; i < 3; ++i) {
      for (const auto& [key, value] : buckets[i].second) lists[i].add(key, value);
      sources.push_back({buckets[i].first, &lists[i]});
    }
    auto writer = ImageWriter::plan(sources);
    REQUIRE(writer.has_value());
    CHECK(writer->image_bytes() == image.size());
    std::string joined;
    for (;;) {
      const auto chunk = writer->next(size);
      REQUIRE(chunk.has_value());
      if (chunk->empty()) break;
      if (chunk->size() < size) CHECK(joined.size() + chunk->size() == image.size());
      joined += *chunk;
    }
    CHECK(joined == image);
  }
}

TEST_CASE("pairs that no file can hold are refused") {
  CHECK(refusal({{"a", ""}, {"b", ""}}).empty());
  CHECK(refusal({{"", "v"}}) == "bucket b: an empty key");
  CHECK(refusal({{"a", ""}, {"a", ""}}) == "bucket b: keys out of order");
  CHECK(refusal({{"b", ""}, {"a", ""}}) == "bucket b: keys out of order");
  CHECK(refusal({{std::string(kKeyBytesMax, 'k'), ""}}).empty());
  CHECK(refusal({{std::string(kKeyBytesMax + 1, 'k'), ""}}) == "bucket b: a key is too long");
}

TEST_CASE("a source that changes between its walks is found out, inline or not") {
  const auto outcome = [](const Pairs& measured, const Pairs& written) {
    Fickle source{measured, written};
    auto writer = ImageWriter::plan({{"b", &source}});
    REQUIRE(writer.has_value());
    std::uint64_t bytes = 0;
    const Status status = writer->write_to([&](std::string_view chunk) -> Status {
      bytes += chunk.size();
      return {};
    });
    CHECK(bytes <= writer->image_bytes());
    return status ? "" : status.error().message;
  };
  const std::string found_out = "bucket b: not the same as when it was measured";
  CHECK(outcome(numbered(5, 5), numbered(5, 5)).empty());
  CHECK(outcome(numbered(5, 5), numbered(5, 6)) == found_out);
  CHECK(outcome(numbered(5, 5), numbered(4, 5)) == found_out);
  CHECK(outcome(numbered(200, 100), numbered(100, 100)) == found_out);
  CHECK(outcome(numbered(200, 100), numbered(20'000, 100)) == found_out);
}

TEST_CASE("errors of a source and of the sink end the stream") {
  Broken source{2};
  auto writer = ImageWriter::plan({{"b", &source}});
  REQUIRE(writer.has_value());
  const Status broken = writer->write_to([](std::string_view) -> Status { return {}; });
  REQUIRE(!broken.has_value());
  CHECK(broken.error().message == "disk gone");
  CHECK(writer->next(1).error().message == "disk gone");

  PairList list;
  auto good = ImageWriter::plan({{"b", &list}});
  int chunks = 0;
  const Status refused = good->write_to(
      [&](std::string_view) -> Status {
        ++chunks;
        return Error{Code::cancelled, "enough"};
      },
      100);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().message == "enough");
  CHECK(chunks == 1);
}
