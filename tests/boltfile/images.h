// Files for tests: whole images in memory, to be bent before they are read.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/boltfile/cursor.h"
#include "common/boltfile/file.h"
#include "common/boltfile/image_writer.h"
#include "common/rng.h"
#include "tests/common/temp_dir.h"

namespace quorate::boltfile {

using Pairs = std::vector<std::pair<std::string, std::string>>;
using Buckets = std::vector<std::pair<std::string, Pairs>>;  // ascending by name

// A whole file with these buckets, as ImageWriter makes it.
[[nodiscard]] std::string write_image(const Buckets& buckets,
                                      const ImageWriter::Options& options = {});

// All pairs of a bucket. Requires: it is sound.
[[nodiscard]] Pairs read_pairs(const Bucket& bucket);
[[nodiscard]] Buckets read_buckets(const File& file);

// Pairs with ascending keys, of sizes up to these.
[[nodiscard]] Pairs random_pairs(Rng& rng, std::size_t count, std::size_t key_bytes_max,
                                 std::size_t value_bytes_max);

// Writes bytes to a file and opens it.
class Opener {
 public:
  [[nodiscard]] Result<File> open(std::string_view image) const;

 private:
  TempDir dir_;
};

// Replaces a number in an image.
template <class T>
void poke(std::string& image, std::size_t at, T value) {
  std::string bytes;
  append(value, bytes);
  image.replace(at, bytes.size(), bytes);
}

}  // namespace quorate::boltfile
