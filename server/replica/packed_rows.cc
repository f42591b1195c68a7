#include "server/replica/packed_rows.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "common/wire.h"

namespace quorate::replica {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
constexpr std::size_t kHeadBytesMax = 90;  // nine numbers of ten bytes at most

// Of bytes that add() wrote.
std::uint64_t take_varint(const char*& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
}

std::int64_t take_number(const char*& at) {
  return static_cast<std::int64_t>(take_varint(at));
}

}  // namespace

PackedRows::Place PackedRows::add(const mvcc::Row& row) {
  std::array<char, kHeadBytesMax> head;
  char* end = head.data();
  for (const std::int64_t number :
       {row.number().value(), row.revision().main.value(), row.revision().sub,
        row.create_revision().value(), row.version(), row.lease().value(),
        std::int64_t{row.is_tombstone()}, static_cast<std::int64_t>(row.key().size()),
        static_cast<std::int64_t>(row.value().size())}) {
    end = wire::put_varint(static_cast<std::uint64_t>(number), end);
  }
  const std::string_view numbers{head.data(), static_cast<std::size_t>(end - head.data())};
  const std::size_t bytes = numbers.size() + row.key().size() + row.value().size();
  if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < bytes) {
    chunks_.emplace_back().reserve(std::max(kChunkBytes, bytes));
  }
  std::string& chunk = chunks_.back();
  const Place place = (static_cast<Place>(chunks_.size()) << 32) | chunk.size();
  chunk.append(numbers).append(row.key()).append(row.value());
  return place;
}

const char* PackedRows::bytes_at(Place place) const {
  return chunks_[(place >> 32) - 1].data() + (place & 0xffffffff);
}

mvcc::RowPtr PackedRows::at(Place place) const {
  const char* at = bytes_at(place);
  mvcc::Row::Fields fields;
  fields.number = RowNumber{take_number(at)};
  fields.revision.main = Revision{take_number(at)};
  fields.revision.sub = take_number(at);
  fields.create_revision = Revision{take_number(at)};
  fields.version = take_number(at);
  fields.lease = LeaseId{take_number(at)};
  fields.kind = take_varint(at) != 0 ? mvcc::RowKind::tombstone : mvcc::RowKind::put;
  const std::size_t key_bytes = take_varint(at);
  const std::size_t value_bytes = take_varint(at);
  return mvcc::RowPtr::make(fields, {at, key_bytes}, {at + key_bytes, value_bytes});
}

}  // namespace quorate::replica
