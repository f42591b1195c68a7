// A half-open interval of keys as requests name it.
#pragma once

#include <string>
#include <string_view>

namespace quorate::mvcc {

// range_end absent: just `key`. "\0": every key from `key` on. Otherwise [key, range_end), empty
// when range_end <= key. Keys compare as unsigned bytes. Views: valid only during the call.
class KeyRange {
 public:
  enum class Shape { single, bounded, open };

  static KeyRange single(std::string_view key) { return {Shape::single, key, {}}; }
  static KeyRange bounded(std::string_view from, std::string_view end) {
    return {Shape::bounded, from, end};
  }
  static KeyRange from(std::string_view key) { return {Shape::open, key, {}}; }
  static KeyRange all() { return from({}); }
  // From the fields of a request.
  static KeyRange of(std::string_view key, std::string_view range_end) {
    if (range_end.empty()) return single(key);
    if (range_end.size() == 1 && range_end[0] == '\0') return from(key);
    return bounded(key, range_end);
  }

  [[nodiscard]] Shape shape() const { return shape_; }
  [[nodiscard]] std::string_view begin_key() const { return begin_; }
  [[nodiscard]] std::string_view end_key() const { return end_; }  // bounded only

  [[nodiscard]] bool contains(std::string_view key) const {
    if (shape_ == Shape::single) return key == begin_;
    return key >= begin_ && !is_past(key);
  }
  // True when `key` and every key after it lie behind the range.
  [[nodiscard]] bool is_past(std::string_view key) const {
    switch (shape_) {
      case Shape::single:
        return key > begin_;
      case Shape::bounded:
        return key >= end_;
      case Shape::open:
        return false;
    }
    return true;
  }

 private:
  KeyRange(Shape shape, std::string_view from, std::string_view end)
      : shape_{shape}, begin_{from}, end_{end} {}

  Shape shape_;
  std::string_view begin_;
  std::string_view end_;
};

}  // namespace quorate::mvcc
