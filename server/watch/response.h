// WatchResponse, written by hand around events that are encoded already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/id.h"
#include "common/shared_bytes.h"
#include "server/watch/outbox.h"

namespace quorate::watch {

// The header field, kept encoded: a thousand watchers of one key are sent the same.
// Home: state thread.
class HeaderField {
 public:
  HeaderField(ClusterId cluster, MemberId member) : cluster_{cluster}, member_{member} {}
  // Valid until the next call.
  [[nodiscard]] std::string_view encoded(Revision revision, Term term);

 private:
  ClusterId cluster_;
  MemberId member_;
  Revision revision_;
  Term term_;
  std::string bytes_;
};

// The fields besides header and events.
struct ResponseFields {
  std::int64_t watch_id = 0;
  bool is_created = false;
  bool is_canceled = false;
  Revision compact_revision{};
  std::string_view cancel_reason{};
  bool is_fragment = false;
};

void add_response(std::string_view header, const ResponseFields& fields,
                  std::span<const SharedBytes* const> events, Outbox& out);

// One response, or when it is as large as `bytes_max` as many as it takes: cut between events, all
// but the last marked, each below the limit unless it is a single event. As etcd cuts.
void add_fragments(std::string_view header, std::int64_t watch_id,
                   std::span<const SharedBytes* const> events, std::size_t bytes_max, Outbox& out);

// Of a response with nothing but header, id and events.
[[nodiscard]] std::size_t response_size(std::string_view header, std::int64_t watch_id,
                                        std::span<const SharedBytes* const> events);

}  // namespace quorate::watch
