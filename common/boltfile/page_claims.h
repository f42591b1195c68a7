// Which pages a walk has been to. A sound file leads to each page once; one that leads to the same
// page over and over could keep a reader busy for ever.
#pragma once

#include <cstddef>
#include <vector>

#include "common/boltfile/format.h"

namespace quorate::boltfile {

class PageClaims {
 public:
  explicit PageClaims(std::size_t pages) : is_claimed_(pages, false) {}

  // False when one of the `count` pages from `id` on was claimed before.
  // Requires: they are pages of the file.
  [[nodiscard]] bool claim(PageId id, std::uint64_t count) {
    for (PageId page = id; page < id + count; ++page) {
      if (is_claimed_[page]) return false;
      is_claimed_[page] = true;
    }
    return true;
  }
  [[nodiscard]] bool has(PageId id) const { return is_claimed_[id]; }

 private:
  std::vector<bool> is_claimed_;
};

}  // namespace quorate::boltfile
