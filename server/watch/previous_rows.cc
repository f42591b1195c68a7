#include "server/watch/previous_rows.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/ensure.h"

namespace quorate::watch {
namespace {

bool is_creation(const mvcc::Row& row) {
  return !row.is_tombstone() && row.create_revision() == row.mod_revision();
}

}  // namespace

bool PreviousRows::find(std::span<const EventPtr> events) {
  std::vector<EventPtr> asked;
  std::vector<RowNumber> numbers;
  for (const EventPtr& event : events) {
    if (event->previous() != Event::Previous::unknown) continue;
    const mvcc::Row& row = event->row();
    std::optional<RowNumber> number;
    if (!is_creation(row)) number = history_.previous(row.key(), row.mod_revision());
    if (!number) {
      event->set_previous(nullptr);
      continue;
    }
    event->previous_asked();
    asked.push_back(event);
    numbers.push_back(*number);
  }
  if (!numbers.empty()) {
    history_.fetch(std::move(numbers), [this, asked = std::move(asked)](
                                           const Result<std::vector<mvcc::RowPtr>>& rows) mutable {
      arrived(asked, rows);
    });
  }
  return std::all_of(events.begin(), events.end(), [](const EventPtr& event) {
    return event->previous() == Event::Previous::known;
  });
}

void PreviousRows::arrived(std::span<const EventPtr> events,
                           const Result<std::vector<mvcc::RowPtr>>& rows) {
  if (!rows) {
    for (const EventPtr& event : events) event->previous_failed();
    return failed_(rows.error());
  }
  ENSURE(rows->size() == events.size());
  for (std::size_t i = 0; i < events.size(); ++i) events[i]->set_previous((*rows)[i].get());
}

}  // namespace quorate::watch
