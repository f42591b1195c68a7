// Writes a bbolt file as a stream, from the first byte to the last, its size known beforehand. The
// memory it takes does not grow with the file: a few pages, or the largest value.
//
//   | meta | meta | pages of the first bucket | of the second ... | the tree of buckets |
//
// Source: what etcd accepts: `etcdctl snapshot status` and `restore`, and servers of 3.4 and 3.5
// that go on writing to such files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/boltfile/pair_source.h"
#include "common/function_ref.h"
#include "common/result.h"

namespace quorate::boltfile {

class ImageWriter {
 public:
  struct BucketSource {
    std::string name;
    PairSource* pairs;  // outlives the writer
  };
  struct Options {
    std::uint32_t page_bytes = 4096;
    std::uint64_t transaction = 2;  // of the newer meta; the other one has one less
  };

  // Walks the lengths. Requires: names ascend. Errors: those of the sources, and a key or value
  // that a file cannot hold.
  static Result<ImageWriter> plan(std::vector<BucketSource> buckets, const Options& options);
  static Result<ImageWriter> plan(std::vector<BucketSource> buckets);
  ~ImageWriter();
  ImageWriter(ImageWriter&&) noexcept;
  ImageWriter& operator=(ImageWriter&&) noexcept;

  [[nodiscard]] std::uint64_t image_bytes() const;

  // The next `bytes` bytes, fewer only at the end, none after it. Valid until the next call.
  // Errors: those of the sources, keys out of order, and pairs that differ from the first walk;
  // what came out so far is useless then.
  Result<std::string_view> next(std::size_t bytes);

  // All of it, in chunks of `chunk_bytes`; stops at the first error, its own or the sink's.
  using Sink = FunctionRef<Status(std::string_view chunk)>;
  [[nodiscard]] Status write_to(Sink sink, std::size_t chunk_bytes = 32768);

 private:
  struct State;
  explicit ImageWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace quorate::boltfile
