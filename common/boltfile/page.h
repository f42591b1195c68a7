// The elements of one branch or leaf page, checked as a whole before the first is used.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/boltfile/format.h"
#include "common/result.h"

namespace quorate::boltfile {

// A view: valid as long as the bytes it was made from.
class Page {
 public:
  // `bytes`: the page with its overflow, or the page inside an inline bucket's value. Refuses
  // elements that reach outside or into each other, and keys out of order.
  static Result<Page> parse(std::string_view bytes);

  [[nodiscard]] bool is_leaf() const { return is_leaf_; }
  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] std::string_view key(std::uint32_t i) const;
  // Of a leaf.
  [[nodiscard]] std::string_view value(std::uint32_t i) const;
  [[nodiscard]] bool is_bucket(std::uint32_t i) const;
  // Of a branch.
  [[nodiscard]] PageId child(std::uint32_t i) const;
  // How many keys are less than `key`.
  [[nodiscard]] std::uint32_t lower_bound(std::string_view key) const;

 private:
  Page(std::string_view bytes, bool is_leaf, std::uint32_t count)
      : bytes_{bytes}, is_leaf_{is_leaf}, count_{count} {}

  struct Element {
    std::uint64_t begin;  // of the key, in bytes_
    std::uint64_t key_size;
    std::uint64_t value_size;
    std::uint32_t flags;
  };
  [[nodiscard]] Element element(std::uint32_t i) const;
  [[nodiscard]] Status check() const;

  std::string_view bytes_;
  bool is_leaf_;
  std::uint32_t count_;
};

}  // namespace quorate::boltfile
