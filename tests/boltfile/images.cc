#include "tests/boltfile/images.h"

#include <fstream>
#include <map>

#include "common/ensure.h"

namespace quorate::boltfile {

std::string write_image(const Buckets& buckets, const ImageWriter::Options& options) {
  std::vector<PairList> lists(buckets.size());
  std::vector<ImageWriter::BucketSource> sources;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    for (const auto& [key, value] : buckets[i].second) lists[i].add(key, value);
    sources.push_back({buckets[i].first, &lists[i]});
  }
  auto writer = ImageWriter::plan(sources, options);
  ENSURE(writer.has_value());
  std::string image;
  const Status written = writer->write_to([&](std::string_view chunk) -> Status {
    image += chunk;
    return {};
  });
  ENSURE(written.has_value());
  ENSURE(image.size() == writer->image_bytes());
  return image;
}

Pairs read_pairs(const Bucket& bucket) {
  Pairs pairs;
  Cursor cursor = bucket.cursor();
  for (;;) {
    const auto pair = cursor.next();
    ENSURE(pair.has_value());
    if (!pair->has_value()) return pairs;
    pairs.emplace_back((*pair)->key, (*pair)->value);
  }
}

Buckets read_buckets(const File& file) {
  Buckets buckets;
  for (const auto& [name, value] : read_pairs(file.root())) {
    const auto bucket = file.bucket_of({name, value, true});
    ENSURE(bucket.has_value());
    buckets.emplace_back(name, read_pairs(*bucket));
  }
  return buckets;
}

Pairs random_pairs(Rng& rng, std::size_t count, std::size_t key_bytes_max,
                   std::size_t value_bytes_max) {
  std::map<std::string, std::string> pairs;
  while (pairs.size() < count) {
    std::string key;
    for (std::uint64_t n = 1 + rng.below(key_bytes_max); n > 0; --n) {
      key.push_back(static_cast<char>(rng.next()));
    }
    // Most are small.
    const std::size_t size = rng.below(1 + rng.below(1 + rng.below(value_bytes_max + 1)));
    pairs[key] = std::string(size, static_cast<char>(rng.next()));
  }
  return {pairs.begin(), pairs.end()};
}

Result<File> Opener::open(std::string_view image) const {
  std::ofstream{dir_.file("db"), std::ios::binary} << image;
  return File::open(dir_.file("db"));
}

}  // namespace quorate::boltfile
