#include "server/mvcc/key_value.h"

#include <string_view>

#include "common/wire.h"

namespace quorate::mvcc {
namespace {

struct Counter {
  void number(std::uint32_t field, std::int64_t value) {
    size += wire::number_size(field, static_cast<std::uint64_t>(value));
  }
  void bytes(std::uint32_t field, std::string_view value) {
    size += wire::bytes_size(field, value.size());
  }
  std::size_t size = 0;
};

struct Putter {
  void number(std::uint32_t field, std::int64_t value) {
    at = wire::put_number(field, static_cast<std::uint64_t>(value), at);
  }
  void bytes(std::uint32_t field, std::string_view value) {
    at = wire::put_bytes(field, value, at);
  }
  char* at;
};

struct Appender {
  void number(std::uint32_t field, std::int64_t value) { wire::append_number(field, value, out); }
  void bytes(std::uint32_t field, std::string_view value) { wire::append_bytes(field, value, out); }
  std::string& out;
};

template <class Out>
void write_fields(const Row& row, Values values, Out& out) {
  if (!row.key().empty()) out.bytes(1, row.key());
  out.number(2, row.create_revision().value());
  out.number(3, row.mod_revision().value());
  out.number(4, row.version());
  if (values == Values::with && !row.value().empty()) out.bytes(5, row.value());
  out.number(6, row.lease().value());
}

}  // namespace

std::size_t key_value_size(const Row& row, Values values) {
  Counter out;
  write_fields(row, values, out);
  return out.size;
}

char* put_key_value(std::uint32_t number, const Row& row, Values values, std::size_t size,
                    char* at) {
  at = wire::put_varint(wire::tag(number, wire::Type::bytes), at);
  Putter out{wire::put_varint(size, at)};
  write_fields(row, values, out);
  return out.at;
}

void append_key_value(std::uint32_t number, const Row& row, Values values, std::string& text) {
  wire::append_varint(wire::tag(number, wire::Type::bytes), text);
  wire::append_varint(key_value_size(row, values), text);
  Appender out{text};
  write_fields(row, values, out);
}

}  // namespace quorate::mvcc
