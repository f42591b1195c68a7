// A store in memory: makes revisions as mvcc::Table does and answers the hub's questions, at once
// or when the test says so.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/rng.h"
#include "server/watch/ports.h"

namespace quorate::watch {

struct Change {
  std::string key;
  std::optional<std::string> value;  // nothing: a deletion
};
inline Change put(std::string key, std::string value) {
  return {std::move(key), std::move(value)};
}
inline Change del(std::string key) {
  return {std::move(key), {}};
}

class FakeHistory final : public History {
 public:
  // One transaction. Deletions of what does not exist are left out; nothing at all makes no
  // revision. Returns its rows.
  std::vector<mvcc::RowPtr> apply(const std::vector<Change>& changes);
  void compact(Revision at);  // forgets at once what etcd forgets

  [[nodiscard]] Revision revision() const { return revision_; }
  [[nodiscard]] const std::vector<mvcc::RowPtr>& all_rows() const { return all_; }
  // The row a read at revision `at` finds, compacted or not.
  [[nodiscard]] const mvcc::Row* row_at(std::string_view key, Revision at) const;

  // ---- How it answers
  bool is_slow = false;          // answers wait for answer_one()
  std::optional<Error> failure;  // what reads end with
  Term current_term{3};
  std::size_t reads = 0;
  std::size_t rows_fetched = 0;
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  void answer_one(std::size_t place = 0);

  // ---- History
  [[nodiscard]] Revision compacted() const override { return compacted_; }
  [[nodiscard]] Term term() const override { return current_term; }
  [[nodiscard]] std::optional<RowNumber> previous(std::string_view key,
                                                  Revision mod) const override;
  void fetch(std::vector<RowNumber> rows, Rows done) override;
  void read(HistoryQuery query, Slice done) override;

 private:
  [[nodiscard]] HistorySlice slice(const HistoryQuery& query) const;
  void soon(Callback<void()> answer);

  Revision revision_{1};
  Revision compacted_{-1};
  std::vector<mvcc::RowPtr> all_;             // row n at n - 1
  std::map<RowNumber, mvcc::RowPtr> stored_;  // what compaction left
  std::map<std::string, std::vector<mvcc::RowPtr>, std::less<>> by_key_;
  std::deque<Callback<void()>> waiting_;
};

}  // namespace quorate::watch
