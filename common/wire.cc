#include "common/wire.h"

#include <cstring>
#include <vector>

namespace quorate::wire {

std::optional<std::uint64_t> Reader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) return {};
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return {};
}

std::optional<Reader::Field> Reader::next() {
  while (auto field = read()) {
    if (field->type == Type::group_end) return fail();
    if (field->type != Type::group_begin) return field;
    has_groups_ = true;
    if (!skip_group(field->number)) return fail();
  }
  return {};
}

// Up to the end of the group whose beginning was just read; a loop, since they nest as deeply as
// somebody likes.
bool Reader::skip_group(std::uint32_t number) {
  std::vector<std::uint32_t> open{number};
  while (!open.empty()) {
    const auto field = read();
    if (!field) return false;
    if (field->type == Type::group_begin) open.push_back(field->number);
    if (field->type != Type::group_end) continue;
    if (field->number != open.back()) return false;
    open.pop_back();
  }
  return true;
}

std::optional<Reader::Field> Reader::read() {
  if (rest_.empty()) return {};
  const auto key = varint();
  if (!key || (*key >> 3) == 0 || (*key >> 3) > 0x1fffffff) return fail();
  Field field;
  field.number = static_cast<std::uint32_t>(*key >> 3);
  field.type = static_cast<Type>(*key & 7);
  std::size_t size = 0;
  switch (field.type) {
    case Type::varint: {
      const auto value = varint();
      if (!value) return fail();
      field.value = *value;
      return field;
    }
    case Type::fixed64:
      size = 8;
      break;
    case Type::fixed32:
      size = 4;
      break;
    case Type::bytes: {
      const auto length = varint();
      if (!length || *length > rest_.size()) return fail();
      field.bytes = rest_.substr(0, *length);
      rest_.remove_prefix(*length);
      return field;
    }
    case Type::group_begin:
    case Type::group_end:
      return field;
    default:
      return fail();
  }
  if (rest_.size() < size) return fail();
  std::memcpy(&field.value, rest_.data(), size);  // little-endian, as this machine
  rest_.remove_prefix(size);
  return field;
}

}  // namespace quorate::wire
