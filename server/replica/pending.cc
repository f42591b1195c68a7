#include "server/replica/pending.h"

#include <utility>
#include <vector>

#include "common/ensure.h"

namespace quorate::replica {

void PendingCommands::add(Command command, CommandDone done, std::uint64_t deadline_tick) {
  const RequestId id = command.header.id;
  ENSURE(deadlines_.empty() || deadlines_.back().tick <= deadline_tick);
  deadlines_.push_back({deadline_tick, id});
  const bool is_new = entries_.emplace(id, Entry{std::move(command), std::move(done)}).second;
  ENSURE(is_new);
}

std::optional<PendingCommands::Entry> PendingCommands::take(RequestId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return {};
  std::optional<Entry> entry{std::move(found->second)};
  entries_.erase(found);
  // Commands are mostly answered in the order they came.
  while (!deadlines_.empty() && !entries_.contains(deadlines_.front().id)) deadlines_.pop_front();
  return entry;
}

void PendingCommands::expire(std::uint64_t tick, const Error& error) {
  while (!deadlines_.empty() && deadlines_.front().tick <= tick) {
    const RequestId id = deadlines_.front().id;
    deadlines_.pop_front();
    if (auto entry = take(id)) entry->done(entry->command, error);
  }
}

void PendingCommands::fail_all(const Error& error) {
  const auto deadlines = std::exchange(deadlines_, {});
  for (const Deadline& each : deadlines) {
    if (auto entry = take(each.id)) entry->done(entry->command, error);
  }
}

}  // namespace quorate::replica
