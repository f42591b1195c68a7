#include "server/replica/watch_history.h"

#include <memory>
#include <utility>

namespace quorate::replica {
namespace {

// Rows looked at for one slice, however few of them are wanted: some 10 ms of a reader.
constexpr std::size_t kRowsSeenMax = 20'000;

// The rows of one slice: found by their revision, read in order, taken until the slice is full and
// its last revision whole.
class Search : public HistoryTaker, public std::enable_shared_from_this<Search> {
 public:
  Search(const ReadContext& context, watch::HistoryQuery query, watch::History::Slice done)
      : context_{context}, query_{std::move(query)}, done_{std::move(done)} {}

  void start() {
    self_ = shared_from_this();
    if (const auto first = find_in_memory()) return read(*first);
    context_.file.locate(query_.from, [this](Result<RowNumber> first) {
      if (!first) return on_failed(first.error());
      read(*first);
    });
  }

 private:
  // Rows in memory have consecutive numbers, so that the first one of a revision is found by
  // halving. Nothing when it may lie before them.
  [[nodiscard]] std::optional<RowNumber> find_in_memory() const {
    const auto& cache = context_.table.cache();
    const RowNumber first = cache.first();
    if (first == RowNumber{}) return {};
    if ((*cache.find(first))->mod_revision() >= query_.from && first > RowNumber{1}) return {};
    std::int64_t low = first.value();
    std::int64_t high = context_.table.last_row().value() + 1;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      const bool is_before = (*cache.find(RowNumber{middle}))->mod_revision() < query_.from;
      is_before ? low = middle + 1 : high = middle;
    }
    return RowNumber{low};
  }

  void read(RowNumber first) {
    read_ = std::make_shared<HistoryRead>(context_, RowNumber{first.value() - 1}, *this);
    read_->start();
  }

  Wants on_rows(std::span<const mvcc::RowPtr> rows) override {
    for (const auto& row : rows) {
      const Revision main = row->mod_revision();
      if (main > query_.to) return finish(query_.to.next());
      if (is_full() && main != last_) return finish(main);
      last_ = main;
      ++seen_;
      if (!is_wanted(row->key())) continue;
      bytes_ += row->footprint();
      slice_.rows.push_back(row);
    }
    return Wants::more;
  }
  void on_end() override { finish(query_.to.next()); }
  void on_failed(const Error& error) override {
    const auto self = std::exchange(self_, nullptr);
    done_(error);
  }

  [[nodiscard]] bool is_full() const {
    return slice_.rows.size() >= query_.limit.rows_max || bytes_ >= query_.limit.bytes_max ||
           seen_ >= kRowsSeenMax;
  }
  [[nodiscard]] bool is_wanted(std::string_view key) const {
    return key >= query_.begin && (!query_.end || key < *query_.end);
  }

  Wants finish(Revision end) {
    const auto self = std::exchange(self_, nullptr);
    slice_.end = end;
    done_(std::move(slice_));
    return Wants::nothing;
  }

  ReadContext context_;
  watch::HistoryQuery query_;
  watch::History::Slice done_;
  watch::HistorySlice slice_;
  std::shared_ptr<HistoryRead> read_;
  Revision last_;
  std::size_t seen_ = 0;
  std::size_t bytes_ = 0;
  std::shared_ptr<Search> self_;  // while it runs
};

}  // namespace

std::optional<RowNumber> WatchHistory::previous(std::string_view key, Revision mod) const {
  const Revision before{mod.value() - 1};
  if (before <= Revision{} || before < context_.table.compacted()) return {};
  const auto found = context_.table.index().find_at(key, before);
  return found ? std::optional{found->row} : std::nullopt;
}

void WatchHistory::fetch(std::vector<RowNumber> rows, History::Rows done) {
  rows_.fetch(rows,
              [pin = context_.pins.take(), done = std::move(done)](
                  Result<std::vector<mvcc::RowPtr>> fetched) mutable { done(std::move(fetched)); });
}

void WatchHistory::read(watch::HistoryQuery query, Slice done) {
  std::make_shared<Search>(context_, std::move(query), std::move(done))->start();
}

}  // namespace quorate::replica
