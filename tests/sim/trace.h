// What happened: a hash over all of it, and the last part in words. Two runs with the same hash
// did the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <iosfwd>
#include <string>
#include <string_view>
#include <variant>

#include "server/raft/types.h"
#include "tests/sim/scheduler.h"

namespace quorate::sim {

class Trace {
 public:
  explicit Trace(const Scheduler& clock) : clock_{&clock} {}

  // One event in words that stand for all that matters of it.
  void note(MemberId who, std::string text);
  // A message at one end; put into words only when it is printed.
  void message(std::string_view verb, const raft::Message& message);

  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  void print_tail(std::ostream& out) const;

 private:
  static constexpr std::size_t kTailEvents = 400;

  struct Note {
    MemberId who;
    std::string text;
  };
  struct Passing {
    std::string_view verb;  // a literal
    raft::Message message;
  };
  struct Event {
    Time when;
    std::variant<Note, Passing> what;
  };

  void mix(std::uint64_t value);
  void mix(std::string_view bytes);
  void keep(std::variant<Note, Passing> what);

  const Scheduler* clock_;
  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::uint64_t events_ = 0;
  std::deque<Event> tail_;
};

}  // namespace quorate::sim
