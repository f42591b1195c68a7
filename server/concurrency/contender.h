// Somebody who wants a lock or to lead: takes a place in a queue and waits until all before it have
// gone. Says what is to be done next; whoever owns it does so and reports what came of it.
//
//   begin --> GrantLease --> TakePlace --> LookAhead ----> Won
//                                            ^   |
//                                   deleted  |   v  somebody is ahead
//                                         AwaitDeletion
//
// What fails ends it: Lost. Who leaves while waiting takes its key away: Withdraw.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "common/result.h"
#include "server/concurrency/queue.h"

namespace quorate::concurrency {

enum class Prize : std::uint8_t { lock, leadership };

struct Contest {
  Prize prize = Prize::lock;
  std::string name;
  LeaseId lease;      // 0: one is granted
  std::string value;  // of the key; leadership only
};

// ---- What is to be done

struct Idle {};  // nothing, until something happens
struct GrantLease {};
// Make the key if it does not exist. If it does, a leader changes its value if it is another, and a
// lock is left as it is.
struct TakePlace {
  std::string key;
  LeaseId lease;
};
// Find the youngest place that was created before this revision.
struct LookAhead {
  Revision before;
};
struct AwaitDeletion {
  std::string key;
  Revision after;  // of the store; a deletion after it counts
};
struct Won {
  Place place;
  LeaseId lease;
  Revision revision;  // the answer's
};
struct Withdraw {
  Place place;
};
struct Lost {
  Error error;
  std::optional<Place> withdraw;
};
using Next =
    std::variant<Idle, GrantLease, TakePlace, LookAhead, AwaitDeletion, Won, Withdraw, Lost>;

// ---- What happened

struct Placed {
  Revision created;
  Revision revision;  // of the store, not counting a changed value
};
// How things stood at some moment.
struct Ahead {
  std::optional<Place> place;
  bool is_own_there = false;  // the contender's own key, as old as it was made
  Revision revision;          // of the store
};

// Home: state thread.
class Contender {
 public:
  explicit Contender(Contest contest) : contest_{std::move(contest)} {}

  [[nodiscard]] const Contest& contest() const { return contest_; }
  [[nodiscard]] const Place& place() const { return place_; }

  [[nodiscard]] Next begin();
  [[nodiscard]] Next granted(const Result<LeaseId>& lease);
  [[nodiscard]] Next placed(const Result<Placed>& placed);
  [[nodiscard]] Next looked(const Ahead& ahead);
  [[nodiscard]] Next deleted();                   // the key that was awaited
  [[nodiscard]] Next failed(const Error& error);  // waiting for it
  // Nobody waits for the outcome any more.
  [[nodiscard]] Next leave();

 private:
  enum class State : std::uint8_t { new_, granting, placing, waiting, left, over };

  Next take_place();
  Next win(Revision revision);
  Next lose(const Error& error);

  Contest contest_;
  Place place_;         // once taken
  Revision placed_at_;  // the store's revision then
  bool has_waited_ = false;
  State state_ = State::new_;
};

}  // namespace quorate::concurrency
