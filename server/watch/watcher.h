// One watch: what it wants, and the cursor that is all it costs while it gets nothing.
#pragma once

#include <cstdint>
#include <deque>

#include "server/watch/event.h"
#include "server/watch/interest.h"

namespace quorate::watch {

class WatchStream;

//            create, in the past             caught up
//   (new) ----------------------> behind ---------------> synced
//     |                            |  ^                     |  its stream is full
//     |  create, in the future     |  | writable again      |  (or a previous row is missing:
//     +------> synced       full   v  |                     |   then behind at once)
//                                 parked <------------------+
//   behind, compacted ----> ended: only its id is left, until it is cancelled
enum class WatcherState : std::uint8_t { synced, behind, parked, ended };

struct Watcher {
  static constexpr std::uint32_t kNone = 0xffffffff;

  WatchStream* stream = nullptr;
  Interest* interest = nullptr;  // null once ended
  Watcher* previous = nullptr;   // in the interest's list
  Watcher* next = nullptr;
  std::int64_t id = 0;
  // Everything before was sent. A synced watcher that is past it does not count it up.
  Revision cursor;
  std::uint32_t place = kNone;       // among the parked, the waiting or a scan's members
  std::uint32_t last_match = kNone;  // see Matcher
  WatcherState state = WatcherState::synced;
  std::uint8_t scan = 0;  // behind: which one; see CatchUp
  bool is_listed : 1 = false;
  bool is_late : 1 = false;  // behind because its client reads slowly
  bool skips_puts : 1 = false;
  bool skips_deletes : 1 = false;
  bool wants_previous : 1 = false;
  bool wants_fragments : 1 = false;
  bool wants_progress : 1 = false;
  bool was_told : 1 = false;  // something, since the last progress notification was due

  [[nodiscard]] bool wants(const Event& event) const {
    return event.row().is_tombstone() ? !skips_deletes : !skips_puts;
  }
};

// In or out of the list of those an event is matched against.
void list(Watcher& watcher);
void unlist(Watcher& watcher);

// Watchers in blocks, without a heap block for each. Home: state thread.
class WatcherPool {
 public:
  [[nodiscard]] Watcher& take();
  void give_back(Watcher& watcher);
  [[nodiscard]] std::size_t in_use() const { return in_use_; }

 private:
  std::deque<Watcher> all_;
  Watcher* free_ = nullptr;  // a list through Watcher::next
  std::size_t in_use_ = 0;
};

}  // namespace quorate::watch
