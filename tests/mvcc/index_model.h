// What a key index means, said as plainly as possible: every revision of every key in a map, and
// each question answered by looking at all of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/mvcc/key_index.h"

namespace quorate::mvcc {

class IndexModel {
 public:
  struct Put {
    std::string key;
    std::int64_t mod = 0;
    std::int64_t row = 0;

    friend bool operator==(const Put&, const Put&) = default;
  };

  KeyState put(const std::string& key, std::int64_t main, std::int64_t row);
  bool remove(const std::string& key, std::int64_t main, std::int64_t row);

  [[nodiscard]] std::optional<KeyState> find(const std::string& key) const;
  [[nodiscard]] std::optional<Put> find_at(const std::string& key, std::int64_t at) const;
  // Ascending by key.
  [[nodiscard]] std::vector<Put> visit(const KeyRange& range, std::int64_t at) const;
  [[nodiscard]] std::int64_t live_keys() const;

  // Forgets what a compaction at `at` forgets; returns the rows, ascending.
  std::vector<std::int64_t> compact(std::int64_t at);
  [[nodiscard]] bool is_kept_at(const std::string& key, std::int64_t row, std::int64_t at) const;
  [[nodiscard]] bool keeps_any_at(std::int64_t at) const;

  struct Change {
    std::int64_t main;
    std::int64_t row;
    bool is_tombstone;
    std::int64_t create;   // of a put
    std::int64_t version;  // of a put
  };
  using History = std::vector<Change>;
  [[nodiscard]] const std::map<std::string, History>& keys() const { return keys_; }

 private:
  static std::vector<std::int64_t> dropped_by(const History& history, std::int64_t at);

  std::map<std::string, History> keys_;
};

}  // namespace quorate::mvcc
