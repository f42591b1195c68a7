// The store's past, as watchers that lag ask for it.
#pragma once

#include <functional>

#include "server/replica/history_read.h"
#include "server/replica/rows.h"
#include "server/watch/ports.h"

namespace quorate::replica {

// Home: state thread.
class WatchHistory final : public watch::History {
 public:
  // All of them outlive it.
  WatchHistory(const ReadContext& context, replica::Rows& rows, std::function<Term()> term)
      : context_{context}, rows_{rows}, term_{std::move(term)} {}

  [[nodiscard]] Revision compacted() const override { return context_.table.compacted(); }
  [[nodiscard]] Term term() const override { return term_(); }
  [[nodiscard]] std::optional<RowNumber> previous(std::string_view key,
                                                  Revision mod) const override;
  void fetch(std::vector<RowNumber> rows, History::Rows done) override;
  void read(watch::HistoryQuery query, Slice done) override;

 private:
  ReadContext context_;
  replica::Rows& rows_;
  std::function<Term()> term_;
};

}  // namespace quorate::replica
