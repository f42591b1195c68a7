// The replica's part in watching: what was applied is shown to the hub.
#include <vector>

#include "server/replica/replica.h"

namespace quorate::replica {

std::unique_ptr<watch::WatchStream> Replica::open_watch(watch::StreamPort& port) {
  home_.check();
  // While nobody watches the hub is told nothing.
  if (!watches_.has_streams()) watches_.on_restored(table().revision());
  return watches_.open(port);
}

// The rows of the command that was just applied are the last ones of the batch.
void Replica::show_rows(std::size_t from) {
  const auto& rows = machine_.batch().rows;
  if (from == rows.size() || !watches_.has_streams()) return;
  std::vector<mvcc::RowPtr> shown;
  shown.reserve(rows.size() - from);
  for (std::size_t i = from; i < rows.size(); ++i) {
    shown.push_back(*table().cache().find(rows[i]->number()));
  }
  watches_.on_applied(shown);
}

void Replica::tell_watchers() {
  watches_.on_time();
  if (watches_.flush()) ports_.tasks.later([] {});  // another turn, which ends here again
}

}  // namespace quorate::replica
