// Brings watchers that are behind up to date. They share reads of the past: a scan goes through the
// history once, in slices, for all its members, and ends when it has reached the newest revision;
// then its members are synced in that moment.
//
//   add() -> waiting -> scan: slice from the ring, or read from the history -> previous rows
//                        ^----------- next slice <- delivered <------------------'
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "server/mvcc/key_range.h"
#include "server/watch/event.h"
#include "server/watch/watcher.h"

namespace quorate::watch {

struct Context;
struct HistorySlice;

// Home: state thread.
class CatchUp {
 public:
  explicit CatchUp(Context& context);
  ~CatchUp();

  // The watcher is listed, behind, and wants what follows its cursor. Nothing is read before run().
  void add(Watcher& watcher);
  void remove(Watcher& watcher);

  // Each scan delivers one slice at most. True when there is more to do that waits for nobody.
  bool run();

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  // Of members and events, at a time: some megabytes and milliseconds.
  static constexpr std::size_t kMatchesMax = 200'000;

  struct Scan {
    std::uint8_t number = 0;
    bool is_open = false;
    bool is_reading = false;
    bool has_slice = false;
    bool is_from_history = false;  // the slice, or what is being read
    Revision position;             // members were told of everything before, from their cursors on
    std::vector<Watcher*> members;
    std::vector<EventPtr> slice;
    Revision slice_end;
    std::string begin;               // the keys that the slice has: from here
    std::optional<std::string> end;  // up to here; nothing: to the last
  };

  [[nodiscard]] Revision cursor_of(const Watcher& watcher, const Scan& scan) const;
  void place_waiting();
  [[nodiscard]] Scan* choose(const Watcher& watcher);
  [[nodiscard]] static bool can_join(const Watcher& watcher, const Scan& scan);
  void join(Watcher& watcher, Scan& scan);
  bool step(Scan& scan);
  void load(Scan& scan);
  void drop_compacted(Scan& scan);
  void read_history(Scan& scan);
  static void set_bounds(Scan& scan);
  void arrived(Scan& scan, Result<HistorySlice> read);
  [[nodiscard]] static std::size_t next_part(const Scan& scan);
  bool deliver(Scan& scan);
  void finish(Scan& scan);
  void close(Scan& scan);
  std::vector<Watcher*>& group_of(const Watcher& watcher);

  Context& context_;
  std::vector<Scan> scans_;  // as many as there may be; those in use are open
  std::vector<Watcher*> waiting_;
  std::size_t size_ = 0;
};

}  // namespace quorate::watch
