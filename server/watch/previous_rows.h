// Finds the rows that events replaced, for those who watch with prev_kv.
#pragma once

#include <functional>
#include <span>

#include "common/error.h"
#include "server/watch/event.h"
#include "server/watch/ports.h"

namespace quorate::watch {

// Home: state thread.
class PreviousRows {
 public:
  // `failed` hears of reads that failed; their events may be asked for again.
  PreviousRows(History& history, std::function<void(const Error&)> failed)
      : history_{history}, failed_{std::move(failed)} {}

  // Asks for the rows that were not asked for yet, all at once. True when all are known now: what
  // is in memory arrives inside the call.
  bool find(std::span<const EventPtr> events);

 private:
  void arrived(std::span<const EventPtr> events, const Result<std::vector<mvcc::RowPtr>>& rows);

  History& history_;
  std::function<void(const Error&)> failed_;
};

}  // namespace quorate::watch
