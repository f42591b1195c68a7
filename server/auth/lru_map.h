// A map from text that knows which entry was used the longest time ago.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

namespace quorate::auth {

template <class Value>
class LruMap {
 public:
  struct Entry {
    std::string key;
    Value value;
  };

  // Null if there is none; the entry is then the last one used.
  Value* use(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    entries_.splice(entries_.end(), entries_, found->second);
    return &found->second->value;
  }

  // Takes the place of an entry with the same key.
  void put(std::string key, Value value) {
    erase(key);
    entries_.push_back({std::move(key), std::move(value)});
    by_key_.emplace(entries_.back().key, std::prev(entries_.end()));
  }

  void erase(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    const auto entry = found->second;
    by_key_.erase(found);
    entries_.erase(entry);
  }

  template <class Predicate>
  void erase_if(Predicate predicate) {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      const auto next = std::next(entry);
      if (predicate(*entry)) {
        by_key_.erase(entry->key);
        entries_.erase(entry);
      }
      entry = next;
    }
  }

  // Requires: it is not empty.
  [[nodiscard]] const Entry& oldest() const { return entries_.front(); }
  void drop_oldest() { erase(std::string{oldest().key}); }

  void clear() {
    by_key_.clear();
    entries_.clear();
  }
  [[nodiscard]] bool is_empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<Entry>;

  Entries entries_;  // the one used the longest time ago first
  boost::unordered_flat_map<std::string_view, typename Entries::iterator> by_key_;  // into entries_
};

}  // namespace quorate::auth
