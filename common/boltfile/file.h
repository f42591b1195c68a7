// Reading a bbolt file as etcd's snapshots are, from anyone: nothing in it is believed before it is
// checked. Memory stays small (the file is mapped, a walk keeps one bit per page), and the work is
// bounded by the size of the file.
//
// All errors about the content have Code::data_loss.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "common/boltfile/format.h"
#include "common/boltfile/mapped_file.h"
#include "common/boltfile/meta.h"
#include "common/boltfile/page.h"
#include "common/result.h"

namespace quorate::boltfile {

class Cursor;
class PageClaims;

struct Pair {
  std::string_view key;
  std::string_view value;
  bool is_bucket = false;  // then the value says where its pages are
};

// A tree of pairs. A value, valid as long as the file is open and not moved.
class Bucket {
 public:
  // In key order, from the first pair on.
  [[nodiscard]] Cursor cursor() const;
  Result<std::optional<std::string_view>> find(std::string_view key) const;
  // The pair with the greatest key, nothing if the bucket is empty.
  Result<std::optional<Pair>> last() const;

 private:
  friend class Cursor;
  friend class File;
  Bucket(const class File& file, PageId root, std::string_view inline_page)
      : file_{&file}, root_{root}, inline_page_{inline_page} {}
  Result<Page> root_page(PageClaims* claims) const;

  const File* file_;
  PageId root_;                   // 0: the bucket is inline
  std::string_view inline_page_;  // then its page
};

// Home: none; constant after open, any thread may read.
class File {
 public:
  // The file may have a trailer (trailer.h) or other bytes behind its pages. Errors: those of
  // parse_meta, and when the file is shorter than it says.
  static Result<File> open(const std::filesystem::path& path);

  [[nodiscard]] std::uint32_t page_bytes() const { return meta_.page_bytes; }
  [[nodiscard]] std::uint64_t page_count() const { return meta_.high_water; }
  // Without what is behind: the size that `snapshot status` prints.
  [[nodiscard]] std::uint64_t image_bytes() const { return page_count() * page_bytes(); }
  [[nodiscard]] std::uint64_t transaction() const { return meta_.transaction; }

  // Whose pairs are the buckets.
  [[nodiscard]] Bucket root() const { return {*this, meta_.root, {}}; }
  // Nothing when there is no bucket of that name.
  Result<std::optional<Bucket>> bucket(std::string_view name) const;
  // The bucket a pair of root() stands for. Buckets in buckets, which etcd has not, are refused.
  Result<Bucket> bucket_of(const Pair& pair) const;

  // Walks all of it: every page reachable once, within its parent's bounds, keys in order; with a
  // freelist, every page in use or free and none both.
  [[nodiscard]] Status check() const;

  // What `snapshot status` says: a CRC-32C over the name of each bucket and all keys and values in
  // it, and how many pairs that are.
  struct Digest {
    std::uint32_t crc = 0;
    std::uint64_t pairs = 0;
  };
  Result<Digest> digest() const;

 private:
  friend class Bucket;
  friend class Cursor;
  File(MappedFile mapped, const Meta& meta) : mapped_{std::move(mapped)}, meta_{meta} {}

  // The bytes of page `id` with its overflow. Claims them, if `claims` is given.
  Result<std::string_view> page_span(PageId id, PageClaims* claims) const;
  Result<Page> page(PageId id, PageClaims* claims) const;
  [[nodiscard]] Status check_freelist(PageClaims& claims) const;

  MappedFile mapped_;
  Meta meta_;
};

}  // namespace quorate::boltfile
