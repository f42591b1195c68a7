// Elements on their way into pages.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "common/boltfile/format.h"

namespace quorate::boltfile {

// What the next leaf page will hold.
class LeafBuffer {
 public:
  void add(std::uint32_t flags, std::string_view key, std::string_view value);
  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(elements_.size()); }
  [[nodiscard]] const std::string& first_key() const { return first_key_; }
  // Appends all as one page, without padding, and begins anew.
  void write_page(PageId id, std::uint32_t overflow, std::string& out);

 private:
  struct Element {
    std::uint32_t flags;
    std::uint32_t key_bytes;
    std::uint32_t value_bytes;
  };
  std::vector<Element> elements_;
  std::string data_;
  std::string first_key_;
};

// What the next branch pages of one level will hold.
class BranchBuffer {
 public:
  void add(std::string_view key, PageId child) { children_.push_back({std::string{key}, child}); }
  [[nodiscard]] const std::string& first_key() const { return children_.front().key; }
  // Appends the first `count` as one page, without padding, and forgets them.
  void write_page(PageId id, std::uint32_t overflow, std::uint32_t count, std::string& out);

 private:
  struct Child {
    std::string key;
    PageId id;
  };
  std::deque<Child> children_;
};

}  // namespace quorate::boltfile
