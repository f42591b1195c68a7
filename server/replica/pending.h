// Commands that were proposed here and whose callers wait.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include <boost/unordered/unordered_flat_map.hpp>

#include "common/callback.h"
#include "server/replica/command.h"
#include "server/replica/outcome.h"

namespace quorate::replica {

// Called once with the command as proposed and what came of it.
using CommandDone = Callback<void(const Command&, Result<Applied>)>;

// Home: state thread.
class PendingCommands {
 public:
  struct Entry {
    Command command;
    CommandDone done;
  };

  // The caller is answered at `deadline_tick` at the latest. Deadlines are added in ascending
  // order.
  void add(Command command, CommandDone done, std::uint64_t deadline_tick);
  // Takes out the command that this request id was given to; nothing if nobody waits here.
  [[nodiscard]] std::optional<Entry> take(RequestId id);
  // Answers those whose time has come. Their commands may still be applied.
  void expire(std::uint64_t tick, const Error& error);
  void fail_all(const Error& error);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Deadline {
    std::uint64_t tick;
    RequestId id;
  };
  boost::unordered_flat_map<RequestId, Entry, std::hash<RequestId>> entries_;
  std::deque<Deadline> deadlines_;  // ascending; ids that are answered are skipped
};

}  // namespace quorate::replica
