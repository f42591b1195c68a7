#include "server/watch/event.h"

#include "common/ensure.h"
#include "common/wire.h"
#include "server/mvcc/key_value.h"

namespace quorate::watch {
namespace {

constexpr std::uint32_t kEvents = 11;  // of WatchResponse
constexpr std::uint32_t kType = 1;     // of Event, as are the two below
constexpr std::uint32_t kKv = 2;
constexpr std::uint32_t kPrevKv = 3;
constexpr std::uint64_t kDelete = 1;  // EventType; PUT is 0 and left out

SharedBytes encode(const mvcc::Row& row, const mvcc::Row* previous) {
  const std::uint64_t type = row.is_tombstone() ? kDelete : 0;
  const std::size_t kv = mvcc::key_value_size(row, mvcc::Values::with);
  const std::size_t prev_kv =
      previous == nullptr ? 0 : mvcc::key_value_size(*previous, mvcc::Values::with);
  std::size_t body = wire::number_size(kType, type) + wire::bytes_size(kKv, kv);
  if (previous != nullptr) body += wire::bytes_size(kPrevKv, prev_kv);
  return SharedBytes::make(wire::bytes_size(kEvents, body), [&](char* at) {
    at = wire::put_varint(body, wire::put_varint(wire::tag(kEvents, wire::Type::bytes), at));
    at = wire::put_number(kType, type, at);
    at = mvcc::put_key_value(kKv, row, mvcc::Values::with, kv, at);
    if (previous == nullptr) return;
    mvcc::put_key_value(kPrevKv, *previous, mvcc::Values::with, prev_kv, at);
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
