#include "server/watch/response.h"

#include "common/wire.h"

namespace quorate::watch {
namespace {

constexpr std::uint32_t kHeader = 1;
constexpr std::uint32_t kWatchId = 2;
constexpr std::uint32_t kCreated = 3;
constexpr std::uint32_t kCanceled = 4;
constexpr std::uint32_t kCompactRevision = 5;
constexpr std::uint32_t kCancelReason = 6;
constexpr std::uint32_t kFragment = 7;
constexpr std::size_t kFragmentFieldBytes = 2;

std::uint64_t number(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

}  // namespace

std::string_view HeaderField::encoded(Revision revision, Term term) {
  if (!bytes_.empty() && revision == revision_ && term == term_) return bytes_;
  char fields[44];
  char* end = wire::put_number(1, cluster_.value(), fields);
  end = wire::put_number(2, member_.value(), end);
  end = wire::put_number(3, number(revision.value()), end);
  end = wire::put_number(4, term.value(), end);
  bytes_.clear();
  wire::append_bytes(kHeader, {fields, end}, bytes_);
  revision_ = revision;
  term_ = term;
  return bytes_;
}

void add_response(std::string_view header, const ResponseFields& fields,
                  std::span<const SharedBytes* const> events, Outbox& out) {
  // Most responses have a header and an id: written without an allocation.
  char head[112];
  char* end = head;
  std::string long_head;
  if (header.size() + 32 > sizeof head || !fields.cancel_reason.empty()) {
    long_head.resize(header.size() + 48 + fields.cancel_reason.size());
    end = long_head.data();
  }
  char* const begin = end;
  end = std::copy(header.begin(), header.end(), end);
  end = wire::put_number(kWatchId, number(fields.watch_id), end);
  end = wire::put_number(kCreated, fields.is_created ? 1u : 0u, end);
  end = wire::put_number(kCanceled, fields.is_canceled ? 1u : 0u, end);
  end = wire::put_number(kCompactRevision, number(fields.compact_revision.value()), end);
  if (!fields.cancel_reason.empty()) {
    end = wire::put_bytes(kCancelReason, fields.cancel_reason, end);
  }
  end = wire::put_number(kFragment, fields.is_fragment ? 1u : 0u, end);
  out.add({begin, end}, events);
}

std::size_t response_size(std::string_view header, std::int64_t watch_id,
                          std::span<const SharedBytes* const> events) {
  std::size_t size = header.size() + wire::number_size(kWatchId, number(watch_id));
  for (const SharedBytes* event : events) size += event->size();
  return size;
}

void add_fragments(std::string_view header, std::int64_t watch_id,
                   std::span<const SharedBytes* const> events, std::size_t bytes_max, Outbox& out) {
  ResponseFields fields{.watch_id = watch_id};
  if (events.size() < 2 || response_size(header, watch_id, events) < bytes_max) {
    return add_response(header, fields, events, out);
  }
  const std::size_t base = response_size(header, watch_id, {}) + kFragmentFieldBytes;
  while (!events.empty()) {
    std::size_t size = base + events.front()->size();
    std::size_t count = 1;
    while (count < events.size() && size + events[count]->size() < bytes_max) {
      size += events[count++]->size();
    }
    fields.is_fragment = count < events.size();
    add_response(header, fields, events.first(count), out);
    events = events.subspan(count);
  }
}

}  // namespace quorate::watch
