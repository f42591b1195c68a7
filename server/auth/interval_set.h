// A set of keys made of ranges: what a user may read, or write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quorate::auth {

// Ranges as requests and permissions name them: range_end absent: just `key`; "\0": every key from
// `key` on; otherwise [key, range_end). Keys compare as unsigned bytes.
class IntervalSet {
 public:
  struct Range {
    std::string_view key;
    std::string_view range_end;
  };

  IntervalSet() = default;
  // The union of `ranges`, in any order. Those that hold no key are left out; so are those with an
  // empty key, which is no key of the store's.
  explicit IntervalSet(const std::vector<Range>& ranges);

  // Whether every key of the range is in the set; a range that holds no key counts as its first
  // key, as in etcd. O(log n).
  [[nodiscard]] bool covers(std::string_view key, std::string_view range_end) const;

  [[nodiscard]] std::size_t size() const { return spans_.size(); }

 private:
  // [begin, end), or from `begin` on. Ascending, with a gap between any two.
  struct Span {
    std::string begin;
    std::string end;
    bool is_open = false;
  };

  void add(Span span);

  std::vector<Span> spans_;
};

}  // namespace quorate::auth
