#include "server/watch/event.h"

#include <string_view>

#include "common/ensure.h"
#include "common/wire.h"

namespace quorate::watch {
namespace {

constexpr std::uint32_t kEvents = 11;  // of WatchResponse
constexpr std::uint32_t kType = 1;     // of Event, as are the two below
constexpr std::uint32_t kKv = 2;
constexpr std::uint32_t kPrevKv = 3;
constexpr std::uint64_t kDelete = 1;  // EventType; PUT is 0 and left out

std::uint64_t number(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

// Of a KeyValue's fields. A deletion shows its key and revision only: the others are zero.
std::size_t key_value_size(const mvcc::Row& row) {
  std::size_t size = wire::number_size(2, number(row.create_revision().value())) +
                     wire::number_size(3, number(row.mod_revision().value())) +
                     wire::number_size(4, number(row.version())) +
                     wire::number_size(6, number(row.lease().value()));
  if (!row.key().empty()) size += wire::bytes_size(1, row.key().size());
  if (!row.value().empty()) size += wire::bytes_size(5, row.value().size());
  return size;
}

char* put_key_value(std::uint32_t field, const mvcc::Row& row, std::size_t size, char* at) {
  at = wire::put_varint(size, wire::put_varint(wire::tag(field, wire::Type::bytes), at));
  if (!row.key().empty()) at = wire::put_bytes(1, row.key(), at);
  at = wire::put_number(2, number(row.create_revision().value()), at);
  at = wire::put_number(3, number(row.mod_revision().value()), at);
  at = wire::put_number(4, number(row.version()), at);
  if (!row.value().empty()) at = wire::put_bytes(5, row.value(), at);
  return wire::put_number(6, number(row.lease().value()), at);
}

SharedBytes encode(const mvcc::Row& row, const mvcc::Row* previous) {
  const std::uint64_t type = row.is_tombstone() ? kDelete : 0;
  const std::size_t kv = key_value_size(row);
  const std::size_t prev_kv = previous == nullptr ? 0 : key_value_size(*previous);
  std::size_t body = wire::number_size(kType, type) + wire::bytes_size(kKv, kv);
  if (previous != nullptr) body += wire::bytes_size(kPrevKv, prev_kv);
  return SharedBytes::make(wire::bytes_size(kEvents, body), [&](char* at) {
    at = wire::put_varint(body, wire::put_varint(wire::tag(kEvents, wire::Type::bytes), at));
    at = wire::put_number(kType, type, at);
    at = put_key_value(kKv, row, kv, at);
    if (previous != nullptr) put_key_value(kPrevKv, *previous, prev_kv, at);
  });
}

}  // namespace

const SharedBytes& Event::bytes() {
  if (bytes_.empty()) bytes_ = encode(*row_, nullptr);
  return bytes_;
}

void Event::set_previous(const mvcc::Row* row) {
  bytes_with_previous_ = row == nullptr ? bytes() : encode(*row_, row);
  previous_ = Previous::known;
}

const SharedBytes& Event::bytes_with_previous() {
  ENSURE(previous_ == Previous::known);
  return bytes_with_previous_;
}

std::size_t Event::footprint() const {
  return sizeof(Event) + row_->footprint() + bytes_.size() + bytes_with_previous_.size();
}

}  // namespace quorate::watch
