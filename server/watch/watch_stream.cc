#include "server/watch/watch_stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/ensure.h"
#include "server/watch/context.h"

namespace quorate::watch {
namespace {

constexpr std::int64_t kNoWatch = -1;  // the id of responses that are about none
constexpr std::string_view kDuplicateId = "mvcc: duplicate watch ID provided on the WatchStream";
constexpr std::string_view kEmptyRange = "mvcc: watcher range is empty";
constexpr std::string_view kTooMany = "etcdserver: too many requests";
constexpr std::size_t kMessageBytesMax = 0x7fffffff;  // as Go's gRPC sends
constexpr std::size_t kUnparkedAtOnce = 2000;

// As Go prints a gRPC error, which is what etcd puts into cancel_reason.
std::string grpc_text(const Error& error) {
  return "rpc error: code = " + std::string{code_name(error.code)} + " desc = " + error.message;
}

bool is_empty(std::string_view key, std::string_view range_end) {
  const bool is_open = range_end.size() == 1 && range_end[0] == '\0';
  return !range_end.empty() && !is_open && range_end <= key;
}

}  // namespace

WatchStream::WatchStream(Context& context, StreamPort& port) : context_{context}, port_{port} {
  context_.streams.push_back(*this);
}

WatchStream::~WatchStream() {
  drop_all();
}

// ---- Requests

void WatchStream::create(const CreateRequest& request, const Status& permitted) {
  if (has_failed_) return;
  // An empty key is the smallest one.
  const std::string_view key = request.key.empty() ? std::string_view{"\0", 1} : request.key;
  if (!permitted) return refuse(kNoWatch, grpc_text(permitted.error()));
  if (is_empty(key, request.range_end)) return refuse(kNoWatch, kEmptyRange);
  if (request.id != 0 && watchers_.contains(request.id)) return refuse(kNoWatch, kDuplicateId);
  if (context_.watch_bytes() >= context_.config.watch_bytes_max) {
    return refuse(kNoWatch, kTooMany);
  }
  const std::int64_t id = request.id == 0 ? free_id() : request.id;
  answer(context_.revision, {.watch_id = id, .is_created = true});
  add(request, id, key);
}

void WatchStream::add(const CreateRequest& request, std::int64_t id, std::string_view key) {
  Watcher& watcher = context_.watchers.take();
  watchers_.emplace(id, &watcher);
  watcher.stream = this;
  watcher.id = id;
  watcher.interest = &context_.index.acquire(mvcc::KeyRange::of(key, request.range_end));
  watcher.skips_puts = request.skips_puts;
  watcher.skips_deletes = request.skips_deletes;
  watcher.wants_previous = request.wants_previous;
  watcher.wants_fragments = request.wants_fragments;
  watcher.wants_progress = request.wants_progress;
  if (request.wants_progress) context_.progress.start(progress_entry_, *this);
  list(watcher);
  watcher.cursor = request.start == Revision{} ? context_.revision.next() : request.start;
  if (watcher.cursor > context_.revision) return;
  watcher.state = WatcherState::behind;
  ++unsynced_count_;
  context_.catch_up.add(watcher);
  // Below zero there is no past. etcd says so of all but -1, of which it forgets the past.
  const Revision compacted = context_.history.compacted();
  if (watcher.cursor < std::max(compacted, Revision{})) end_compacted(watcher, compacted);
}

std::int64_t WatchStream::free_id() {
  while (watchers_.contains(next_id_)) ++next_id_;
  return next_id_++;
}

void WatchStream::refuse(std::int64_t id, std::string_view reason) {
  answer(context_.revision,
         {.watch_id = id, .is_created = true, .is_canceled = true, .cancel_reason = reason});
}

void WatchStream::cancel(std::int64_t id) {
  const auto at = watchers_.find(id);
  if (has_failed_ || at == watchers_.end()) return;
  Watcher& watcher = *at->second;
  watchers_.erase(at);
  detach(watcher);
  context_.watchers.give_back(watcher);
  answer(context_.revision, {.watch_id = id, .is_canceled = true});
  answer_progress();
}

void WatchStream::ask_progress() {
  if (has_failed_) return;
  // One that begins in the future cannot be told of a revision before it: as etcd, no answer.
  const bool all_began = std::all_of(watchers_.begin(), watchers_.end(), [&](const auto& entry) {
    return entry.second->cursor <= context_.revision.next();
  });
  if (!all_began) return;
  is_progress_asked_ = true;
  answer_progress();
}

void WatchStream::answer_progress() {
  if (!is_progress_asked_ || unsynced_count_ > 0) return;
  is_progress_asked_ = false;
  answer(context_.revision, {.watch_id = kNoWatch});
}

void WatchStream::on_writable() {
  mark_ready();
}

// ---- Responses

void WatchStream::answer(Revision header, const ResponseFields& fields) {
  if (has_failed_) return;
  add_response(context_.header_at(header), fields, {}, outbox_);
  mark_ready();
  if (outbox_.bytes() > context_.config.stream_bytes_max + context_.config.answer_bytes_max &&
      port_.is_backlogged()) {
    fail({Code::resource_exhausted, std::string{kTooMany}});
  }
}

void WatchStream::send_events(Watcher& watcher, std::span<Event* const> events, Revision header) {
  if (has_failed_) return;
  auto& parts = context_.parts;
  parts.clear();
  // A previous row that is compacted now is not shown, even where it is still in memory: as etcd.
  const Revision compacted = watcher.wants_previous ? context_.history.compacted() : Revision{};
  for (Event* event : events) {
    const bool shows_previous = watcher.wants_previous && event->revision() > compacted;
    parts.push_back(shows_previous ? &event->bytes_with_previous() : &event->bytes());
  }
  const std::string_view field = context_.header_at(header);
  if (watcher.wants_fragments) {
    add_fragments(field, watcher.id, parts, context_.config.fragment_bytes, outbox_);
  } else if (response_size(field, watcher.id, parts) <= kMessageBytesMax) {
    add_response(field, {.watch_id = watcher.id}, parts, outbox_);
  } else {
    return fail({Code::resource_exhausted, "grpc: trying to send message larger than max"});
  }
  watcher.was_told = true;
  context_.events_sent += events.size();
  mark_ready();
}

void WatchStream::send_progress() {
  std::vector<Watcher*> idle;
  for (const auto& [id, watcher] : watchers_) {
    const bool was_told = watcher->was_told;
    watcher->was_told = false;
    if (!watcher->wants_progress || was_told) continue;
    const bool began = watcher->cursor <= context_.revision.next();
    if (watcher->state == WatcherState::synced && began) idle.push_back(watcher);
  }
  if (is_full()) return;
  std::sort(idle.begin(), idle.end(),
            [](const Watcher* a, const Watcher* b) { return a->id < b->id; });
  for (const Watcher* watcher : idle) answer(context_.revision, {.watch_id = watcher->id});
}

bool WatchStream::is_full() const {
  return outbox_.bytes() >= context_.config.stream_bytes_max || port_.is_backlogged();
}

void WatchStream::mark_ready() {
  if (!InReady::is_linked()) context_.ready.push_back(*this);
}

bool WatchStream::flush() {
  if (has_failed_) {
    drop_all();
    return false;
  }
  if (port_.is_backlogged()) return false;  // on_writable() brings it back
  const bool has_more = unpark();
  if (!outbox_.is_empty()) port_.send(outbox_.take());
  return has_more;
}

void WatchStream::fail(const Error& error) {
  if (std::exchange(has_failed_, true)) return;
  static_cast<void>(outbox_.take());
  mark_ready();
  port_.fail(error);
}

// ---- How far its watches are

void WatchStream::mark_late(Watcher& watcher) {
  if (watcher.is_late) return;
  watcher.is_late = true;
  ++late_count_;
}

void WatchStream::clear_late(Watcher& watcher) {
  if (!watcher.is_late) return;
  watcher.is_late = false;
  --late_count_;
}

void WatchStream::fall_behind(Watcher& watcher, Revision cursor, Cause cause) {
  ENSURE(watcher.state == WatcherState::synced);
  watcher.cursor = cursor;
  watcher.state = WatcherState::behind;
  ++unsynced_count_;
  if (cause == Cause::slow_client) mark_late(watcher);
  context_.catch_up.add(watcher);
  if (cause == Cause::slow_client && is_full()) park(watcher, cursor);
}

void WatchStream::fall_behind_all(Revision cursor) {
  for (const auto& [id, watcher] : watchers_) {
    if (watcher->state != WatcherState::synced || watcher->cursor > context_.revision) continue;
    fall_behind(*watcher, std::max(watcher->cursor, cursor), Cause::restored);
  }
}

void WatchStream::park(Watcher& watcher, Revision cursor) {
  if (has_failed_) return;
  ENSURE(watcher.state == WatcherState::behind);
  context_.catch_up.remove(watcher);
  unlist(watcher);
  mark_late(watcher);
  watcher.cursor = cursor;
  watcher.state = WatcherState::parked;
  watcher.place = static_cast<std::uint32_t>(parked_.size());
  parked_.push_back(&watcher);
}

// Those that have waited longest, about as many as a full stream has responses: were all of a
// hundred thousand let go only to be parked again, each turn would be a long one.
bool WatchStream::unpark() {
  if (parked_.empty()) return false;
  const auto count =
      static_cast<std::ptrdiff_t>(std::min<std::size_t>(parked_.size(), kUnparkedAtOnce));
  std::for_each_n(parked_.begin(), count, [this](Watcher* watcher) {
    watcher->state = WatcherState::behind;
    list(*watcher);
    context_.catch_up.add(*watcher);
  });
  parked_.erase(parked_.begin(), parked_.begin() + count);
  for (std::uint32_t place = 0; place < parked_.size(); ++place) parked_[place]->place = place;
  if (!parked_.empty()) mark_ready();  // the next ones, even if these are told nothing
  return true;
}

void WatchStream::synced(Watcher& watcher) {
  watcher.state = WatcherState::synced;
  --unsynced_count_;
  clear_late(watcher);
  answer_progress();
}

void WatchStream::end_compacted(Watcher& watcher, Revision compacted) {
  detach(watcher);
  answer({}, {.watch_id = watcher.id, .is_canceled = true, .compact_revision = compacted});
  answer_progress();
}

void WatchStream::leave_parked(Watcher& watcher) {
  parked_[watcher.place] = parked_.back();
  parked_[watcher.place]->place = watcher.place;
  parked_.pop_back();
}

// From everything but the table of ids.
void WatchStream::detach(Watcher& watcher) {
  if (watcher.state == WatcherState::ended) return;
  if (watcher.state == WatcherState::behind) context_.catch_up.remove(watcher);
  if (watcher.state == WatcherState::parked) leave_parked(watcher);
  if (watcher.state != WatcherState::synced) --unsynced_count_;
  clear_late(watcher);
  unlist(watcher);
  context_.index.release(*std::exchange(watcher.interest, nullptr));
  watcher.state = WatcherState::ended;
}

void WatchStream::drop_all() {
  for (const auto& [id, watcher] : watchers_) {
    detach(*watcher);
    context_.watchers.give_back(*watcher);
  }
  watchers_.clear();
}

}  // namespace quorate::watch
