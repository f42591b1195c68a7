// Which watched ranges a key lies in. Single keys, of which there may be a hundred thousand, are
// found by their hash, whatever is watched besides; real ranges in an interval tree.
#pragma once

#include <cstddef>
#include <string_view>

#include <boost/unordered/unordered_flat_set.hpp>

#include "common/function_ref.h"
#include "common/rng.h"
#include "server/mvcc/key_range.h"
#include "server/watch/interest.h"
#include "server/watch/interval_tree.h"

namespace quorate::watch {

// Home: state thread.
class RangeIndex {
 public:
  explicit RangeIndex(Rng rng) : ranges_{rng} {}
  ~RangeIndex();

  // The interest in that range, one user more. Requires: the range is not empty.
  Interest& acquire(const mvcc::KeyRange& range);
  // One user less; the last one's going ends the interest.
  void release(Interest& interest);

  // Calls `visitor` for every interest whose range has the key, the single key's first. The visitor
  // must not change the index.
  void stab(std::string_view key, FunctionRef<void(Interest&)> visitor) const;

  // The range an interest stands for; valid as long as the interest.
  [[nodiscard]] static mvcc::KeyRange range_of(const Interest& interest);
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  // A single key's interest, with the key behind it in the same block.
  struct KeyInterest : Interest {
    std::uint32_t key_size = 0;
    [[nodiscard]] std::string_view key() const {
      return {reinterpret_cast<const char*>(this + 1), key_size};
    }
  };
  static KeyInterest* make(std::string_view key);
  static void destroy(KeyInterest* interest);

  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>{}(key);
    }
    std::size_t operator()(const KeyInterest* interest) const { return (*this)(interest->key()); }
  };
  struct KeyEqual {
    using is_transparent = void;
    static std::string_view key(std::string_view text) { return text; }
    static std::string_view key(const KeyInterest* interest) { return interest->key(); }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return key(a) == key(b);
    }
  };

  boost::unordered_flat_set<KeyInterest*, KeyHash, KeyEqual> keys_;
  std::size_t key_bytes_ = 0;
  IntervalTree ranges_;
};

}  // namespace quorate::watch
