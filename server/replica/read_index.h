// Reads that wait until they are linearizable (thesis §6.4): one confirmation of leadership serves
// everything that was waiting when it was asked for.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "common/callback.h"
#include "common/id.h"
#include "common/result.h"
#include "common/shared_bytes.h"

namespace quorate::replica {

using ReadWaiter = Callback<void(Status)>;

// Home: state thread. A machine without I/O: its owner asks consensus what it says to ask.
class ReadIndexQueue {
 public:
  // `retry_ticks`: a round without an answer is asked again after so many; `timeout_ticks`: after
  // so many its readers fail.
  ReadIndexQueue(std::uint32_t retry_ticks, std::uint32_t timeout_ticks)
      : retry_ticks_{retry_ticks}, timeout_ticks_{timeout_ticks} {}

  void add(ReadWaiter waiter) { waiting_.push_back(std::move(waiter)); }

  // The question to ask now, if one is due: none while a round is under way.
  [[nodiscard]] std::optional<SharedBytes> next_question(RequestId fresh);
  // Consensus confirmed the round with this context; stale answers are ignored.
  void confirmed(const SharedBytes& context, Index index);
  // Runs the readers whose index is applied.
  void applied(Index index);
  // Time passed. Sets up a retry or fails readers that waited too long.
  void tick(const Error& timeout);
  // E.g. the leader changed: what was asked before may never be answered.
  void fail_all(const Error& error);
  // Fails those too whose round was confirmed: nothing will be applied any more.
  void stop(const Error& error);
  [[nodiscard]] bool is_idle() const { return waiting_.empty() && !round_; }

 private:
  void begin_round();  // of those who wait, unless one is under way

  struct Round {
    SharedBytes context;
    std::vector<ReadWaiter> readers;
    std::uint32_t age_ticks = 0;
    bool must_ask = true;
  };
  struct Confirmed {
    Index index;
    std::vector<ReadWaiter> readers;
  };

  std::uint32_t retry_ticks_;
  std::uint32_t timeout_ticks_;
  std::vector<ReadWaiter> waiting_;  // for the next round
  std::optional<Round> round_;       // asked, not yet confirmed
  std::deque<Confirmed> confirmed_;  // waiting for the apply, ascending index
};

}  // namespace quorate::replica
