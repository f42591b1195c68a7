// Where the pairs of a bucket come from when a file is written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace quorate::boltfile {

// Walked twice, each time from the first pair to the end: once for the lengths, once for the bytes.
// Both walks must see the same: a read transaction, or pairs in memory.
class PairSource {
 public:
  struct Size {
    std::size_t key_bytes = 0;
    std::size_t value_bytes = 0;
  };
  struct Entry {
    std::string_view key;  // both valid until the next call
    std::string_view value;
  };

  virtual ~PairSource() = default;
  // Nothing at the end.
  virtual Result<std::optional<Size>> next_size() = 0;
  // Begins anew. Keys ascend.
  virtual Result<std::optional<Entry>> next() = 0;
};

// A few pairs in memory.
class PairList final : public PairSource {
 public:
  PairList() = default;
  void add(std::string key, std::string value) {
    pairs_.push_back({std::move(key), std::move(value)});
  }

  Result<std::optional<Size>> next_size() override {
    if (sizes_given_ == pairs_.size()) return std::optional<Size>{};
    const auto& pair = pairs_[sizes_given_++];
    return std::optional<Size>{{pair.key.size(), pair.value.size()}};
  }
  Result<std::optional<Entry>> next() override {
    if (entries_given_ == pairs_.size()) return std::optional<Entry>{};
    const auto& pair = pairs_[entries_given_++];
    return std::optional<Entry>{{pair.key, pair.value}};
  }

 private:
  struct Stored {
    std::string key;
    std::string value;
  };
  std::vector<Stored> pairs_;
  std::size_t sizes_given_ = 0;
  std::size_t entries_given_ = 0;
};

}  // namespace quorate::boltfile
