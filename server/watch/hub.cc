#include "server/watch/hub.h"

#include <algorithm>
#include <ostream>
#include <vector>

#include "common/ensure.h"
#include "server/watch/context.h"

namespace quorate::watch {

Hub::Hub(const Config& config, History& history, const Clock& clock, Rng rng, Revision newest)
    : context_{std::make_unique<Context>(config, history, clock, rng, newest)} {}

Hub::~Hub() {
  ENSURE(context_->streams.empty());
}

std::unique_ptr<WatchStream> Hub::open(StreamPort& port) {
  home_.check();
  return std::make_unique<WatchStream>(*context_, port);
}

bool Hub::has_streams() const {
  return !context_->streams.empty();
}

void Hub::on_applied(std::span<const mvcc::RowPtr> rows) {
  home_.check();
  ENSURE(!rows.empty());
  const Revision revision = rows.front()->mod_revision();
  ENSURE(revision == context_->revision.next());
  context_->revision = revision;
  std::vector<EventPtr> events;
  events.reserve(rows.size());
  for (const mvcc::RowPtr& row : rows) {
    ENSURE(row->mod_revision() == revision);
    events.emplace_back(new Event{row});
  }
  deliver(events, revision);
  for (EventPtr& event : events) context_->ring.add(std::move(event));
}

void Hub::deliver(std::span<const EventPtr> events, Revision revision) {
  Matcher& matcher = context_->matcher;
  matcher.match(events, [](const Watcher& watcher, Revision at) {
    return watcher.state == WatcherState::synced && watcher.cursor <= at;
  });
  const bool has_previous = context_->previous_rows.find(matcher.without_previous());
  matcher.visit([&](Watcher& watcher, std::span<Event* const> own) {
    WatchStream& stream = *watcher.stream;
    if (stream.is_late() || stream.is_full()) {
      stream.fall_behind(watcher, revision, WatchStream::Cause::slow_client);
    } else if (watcher.wants_previous && !has_previous) {
      stream.fall_behind(watcher, revision, WatchStream::Cause::missing_row);
    } else {
      stream.send_events(watcher, own, revision);
    }
  });
}

void Hub::on_restored(Revision newest) {
  home_.check();
  ENSURE(newest >= context_->revision);
  if (newest == context_->revision) return;
  const Revision first_missed = context_->revision.next();
  context_->revision = newest;
  context_->ring.restart(newest);
  for (WatchStream& stream : context_->streams) stream.fall_behind_all(first_missed);
}

void Hub::on_time() {
  home_.check();
  while (WatchStream* stream = context_->progress.take_due()) stream->send_progress();
}

std::optional<Clock::Steady> Hub::next_deadline() const {
  return context_->progress.next();
}

bool Hub::flush() {
  home_.check();
  bool has_more = context_->catch_up.run();
  if (context_->failure) {
    for (WatchStream& stream : context_->streams) stream.fail(*context_->failure);
    context_->failure.reset();
  }
  ReadyList ready;
  ready.swap(context_->ready);
  while (!ready.empty()) {
    WatchStream& stream = ready.front();
    ready.pop_front();  // first: sending may destroy this stream or others
    has_more |= stream.flush();
  }
  context_->ring.trim();
  return has_more;
}

Stats Hub::stats() const {
  std::size_t parked = 0;
  std::size_t pending = 0;
  for (const WatchStream& stream : context_->streams) {
    parked += stream.parked_count();
    pending += stream.pending_events();
  }
  return {.streams = context_->streams.size(),
          .watchers = context_->watchers.in_use(),
          .slow_watchers = context_->catch_up.size() + parked,
          .events_sent = context_->events_sent,
          .pending_events = pending,
          .ring_bytes = context_->ring.bytes(),
          .watch_bytes = context_->watch_bytes()};
}

void Hub::dump(std::ostream& out) const {
  const Stats now = stats();
  out << "watch revision=" << context_->revision.value()
      << " ring_from=" << context_->ring.oldest().value() << " ring_bytes=" << now.ring_bytes
      << " streams=" << now.streams << " watchers=" << now.watchers << " slow=" << now.slow_watchers
      << " events_sent=" << now.events_sent << '\n';
}

}  // namespace quorate::watch
