// Writes one tree, page after page, as its pairs come.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/boltfile/format.h"
#include "common/boltfile/page_buffer.h"
#include "common/boltfile/tree_shape.h"

namespace quorate::boltfile {

class TreeWriter {
 public:
  // `next_page`: the id of the first page written; ids count up from there.
  TreeWriter(std::uint32_t page_bytes, PageId next_page)
      : page_bytes_{page_bytes}, next_page_{next_page}, shape_{page_bytes} {}

  // In key order. Appends the pages that this completes to `out`.
  void add(std::uint32_t flags, std::string_view key, std::string_view value, std::string& out);
  void finish(std::string& out);

  [[nodiscard]] PageId next_page() const { return next_page_; }
  [[nodiscard]] PageId root() const { return root_; }  // after finish()

 private:
  void write(const ClosedPage& page, std::string& out);

  std::uint32_t page_bytes_;
  PageId next_page_;
  PageId root_ = 0;
  TreeShape shape_;
  LeafBuffer leaf_;
  std::vector<BranchBuffer> branches_;  // level 1 and up
};

}  // namespace quorate::boltfile
