// The meta page: where everything else begins.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/boltfile/format.h"
#include "common/result.h"

namespace quorate::boltfile {

struct Meta {
  std::uint32_t page_bytes = 4096;
  PageId root = 0;
  PageId freelist = kNoFreelist;
  PageId high_water = 0;  // the first page id not in use: the file's length in pages
  std::uint64_t transaction = 0;

  friend bool operator==(const Meta&, const Meta&) = default;
};

// Of a page that begins with `page`. The errors are bbolt's: "invalid database", "version
// mismatch", "checksum error".
Result<Meta> parse_meta(std::string_view page);
// A whole meta page, padded with zeros.
[[nodiscard]] std::string make_meta_page(PageId id, const Meta& meta);

// Of both metas of a file, the one that counts.
Result<Meta> choose_meta(std::string_view file);

}  // namespace quorate::boltfile
