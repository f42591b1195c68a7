// Watching, as a whole: what the store did goes in, what each client is told comes out.
//
//   on_applied(rows) -> ring of events -> synced watchers whose ranges match ---> outbox --flush-->
//                          |                                 | stream full          ^ StreamPort v
//                          v                      |
//                       CatchUp <---------- cursor of a watcher that is behind -----'
//
// An event is encoded once however many watch it. A watcher that cannot be told at once keeps its
// cursor and nothing else; what it missed is found again in the ring, or read from the history.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>

#include "common/clock.h"
#include "common/home.h"
#include "common/rng.h"
#include "server/mvcc/row.h"
#include "server/watch/config.h"
#include "server/watch/ports.h"
#include "server/watch/watch_stream.h"

namespace quorate::watch {

struct Stats {
  std::size_t streams = 0;
  std::size_t watchers = 0;
  std::size_t slow_watchers = 0;  // behind or parked
  std::uint64_t events_sent = 0;
  std::size_t pending_events = 0;  // wait for their clients to read
  std::size_t ring_bytes = 0;
  std::size_t watch_bytes = 0;
};

// Home: state thread. Outlives its streams; `history` and `clock` outlive it.
class Hub {
 public:
  // The store is at `newest`.
  Hub(const Config& config, History& history, const Clock& clock, Rng rng, Revision newest);
  ~Hub();

  // `port` outlives the stream.
  [[nodiscard]] std::unique_ptr<WatchStream> open(StreamPort& port);

  // Without streams nothing need be told: on_restored() before the first one opens will do.
  [[nodiscard]] bool has_streams() const;

  // The rows of one transaction, in its order. Requires: every revision comes, one after the other;
  // the history shows the store as it is after it.
  void on_applied(std::span<const mvcc::RowPtr> rows);
  // The store went on to `newest` by a snapshot: what lies between is read from the history.
  void on_restored(Revision newest);
  // Time has passed; nothing is due before next_deadline().
  void on_time();
  [[nodiscard]] std::optional<Clock::Steady> next_deadline() const;

  // A turn ends in which any of this, of a stream or of the history's callbacks was called: goes on
  // with catching up and sends what came together. True when there is more to do that waits for
  // nobody: to be called again, but not before others had their turn.
  bool flush();

  [[nodiscard]] Stats stats() const;
  void dump(std::ostream& out) const;

 private:
  void deliver(std::span<const EventPtr> events, Revision revision);

  Home home_;
  std::unique_ptr<Context> context_;
};

}  // namespace quorate::watch
