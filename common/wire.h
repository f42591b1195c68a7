// The few pieces of protobuf's wire form that are written by hand where a message object would only
// cost time. https://protobuf.dev/programming-guides/encoding/
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::wire {

// Writes to where there is room for ten bytes; returns the place behind.
inline char* put_varint(std::uint64_t value, char* at) {
  while (value >= 0x80) {
    *at++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<char>(value);
  return at;
}

inline void append_varint(std::uint64_t value, std::string& out) {
  char bytes[10];
  out.append(bytes, put_varint(value, bytes));
}

[[nodiscard]] constexpr std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

enum class Type : std::uint8_t {
  varint = 0,
  fixed64 = 1,
  bytes = 2,
  group_begin = 3,  // proto2's; nobody writes them, every reader skips them
  group_end = 4,
  fixed32 = 5,
};

[[nodiscard]] constexpr std::uint64_t tag(std::uint32_t field, Type type) {
  return (std::uint64_t{field} << 3) | static_cast<std::uint64_t>(type);
}

// A number; left out when zero, as proto3 does.
inline void append_number(std::uint32_t field, std::uint64_t value, std::string& out) {
  if (value == 0) return;
  append_varint(tag(field, Type::varint), out);
  append_varint(value, out);
}
inline char* put_number(std::uint32_t field, std::uint64_t value, char* at) {
  if (value == 0) return at;
  return put_varint(value, put_varint(tag(field, Type::varint), at));
}
inline void append_number(std::uint32_t field, std::int64_t value, std::string& out) {
  append_number(field, static_cast<std::uint64_t>(value), out);
}
[[nodiscard]] constexpr std::size_t number_size(std::uint32_t field, std::uint64_t value) {
  return value == 0 ? 0 : varint_size(tag(field, Type::varint)) + varint_size(value);
}

// Bytes, a string or a message, even when empty.
inline void append_bytes(std::uint32_t field, std::string_view value, std::string& out) {
  append_varint(tag(field, Type::bytes), out);
  append_varint(value.size(), out);
  out += value;
}
inline char* put_bytes(std::uint32_t field, std::string_view value, char* at) {
  at = put_varint(value.size(), put_varint(tag(field, Type::bytes), at));
  if (!value.empty()) std::memcpy(at, value.data(), value.size());
  return at + value.size();
}
[[nodiscard]] constexpr std::size_t bytes_size(std::uint32_t field, std::size_t size) {
  return varint_size(tag(field, Type::bytes)) + varint_size(size) + size;
}

// Reads fields one by one from hostile bytes.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_{bytes} {}

  struct Field {
    std::uint32_t number = 0;
    Type type = Type::varint;
    std::uint64_t value = 0;  // varint and fixed
    std::string_view bytes;   // Type::bytes
  };
  // Nothing at the end and after malformed bytes; is_sound() tells which. Groups are skipped.
  std::optional<Field> next();
  [[nodiscard]] bool is_sound() const { return is_sound_; }
  [[nodiscard]] bool has_groups() const { return has_groups_; }  // among what was read so far

 private:
  std::optional<Field> fail() {
    is_sound_ = false;
    rest_ = {};
    return {};
  }
  std::optional<Field> read();
  bool skip_group(std::uint32_t number);
  std::optional<std::uint64_t> varint();

  std::string_view rest_;
  bool is_sound_ = true;
  bool has_groups_ = false;
};

}  // namespace quorate::wire
