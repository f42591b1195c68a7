// A walk over one bucket, in key order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/boltfile/file.h"
#include "common/boltfile/page_claims.h"
#include "common/result.h"

namespace quorate::boltfile {

class Cursor {
 public:
  // `claims`: shared by the cursors of one walk over several buckets.
  Cursor(const Bucket& bucket, std::shared_ptr<PageClaims> claims);

  // The next pair, nothing at the end. Its views are valid as long as the file is open. After an
  // error the cursor is at its end.
  Result<std::optional<Pair>> next();

 private:
  // A page on the way to the current pair, and the bounds its parents set: keys from `from` on, and
  // if it is bounded before `end`.
  struct Level {
    Page page;
    std::uint32_t at;
    std::string_view from;
    std::string_view end;
    bool is_bounded;
  };

  Status begin();
  Status push(const Page& page, const Level& bounds);
  // From the branch at the top down to the first leaf below its current child.
  Status descend();
  Status next_leaf();  // or to the end: no levels

  Bucket bucket_;
  std::shared_ptr<PageClaims> claims_;
  std::vector<Level> levels_;
  bool has_begun_ = false;
};

}  // namespace quorate::boltfile
