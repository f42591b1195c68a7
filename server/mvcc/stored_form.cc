#include "server/mvcc/stored_form.h"

#include "common/wire.h"

namespace quorate::mvcc {
namespace {

void append_big_endian(std::int64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out += static_cast<char>(static_cast<std::uint64_t>(value) >> shift);
  }
}

}  // namespace

void append_stored_key(const Row& row, std::string& out) {
  append_big_endian(row.revision().main.value(), out);
  out += '_';
  append_big_endian(row.revision().sub, out);
  if (row.is_tombstone()) out += 't';
}

void append_stored_value(const Row& row, std::string& out) {
  if (!row.key().empty()) wire::append_bytes(1, row.key(), out);
  if (row.is_tombstone()) return;
  wire::append_number(2, row.create_revision().value(), out);
  wire::append_number(3, row.mod_revision().value(), out);
  wire::append_number(4, row.version(), out);
  if (!row.value().empty()) wire::append_bytes(5, row.value(), out);
  wire::append_number(6, row.lease().value(), out);
}

std::size_t stored_key_size(const Row::Fields& fields) {
  return 8 + 1 + 8 + (fields.kind == RowKind::tombstone ? 1 : 0);
}

std::size_t stored_value_size(const Row::Fields& fields, std::size_t key_bytes,
                              std::size_t value_bytes) {
  const std::size_t key = key_bytes == 0 ? 0 : wire::bytes_size(1, key_bytes);
  if (fields.kind == RowKind::tombstone) return key;
  const auto size_of = [](std::uint32_t field, std::int64_t value) {
    return wire::number_size(field, static_cast<std::uint64_t>(value));
  };
  return key + size_of(2, fields.create_revision.value()) +
         size_of(3, fields.revision.main.value()) + size_of(4, fields.version) +
         (value_bytes == 0 ? 0 : wire::bytes_size(5, value_bytes)) +
         size_of(6, fields.lease.value());
}

}  // namespace quorate::mvcc
