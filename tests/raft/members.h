// Short names for what the tests speak of all the time.
#pragma once

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "server/raft/node.h"

namespace quorate {

// For what doctest prints.
template <class Tag, class Rep>
std::ostream& operator<<(std::ostream& out, Id<Tag, Rep> id) {
  return out << id.value();
}

}  // namespace quorate

namespace quorate::raft::testing {

inline constexpr MemberId n1{1};
inline constexpr MemberId n2{2};
inline constexpr MemberId n3{3};
inline constexpr MemberId n4{4};
inline constexpr MemberId n5{5};

// Consecutive entries after `previous`, with these terms and no data.
inline std::vector<Entry> entries_after(std::uint64_t previous,
                                        const std::vector<std::uint64_t>& terms) {
  std::vector<Entry> entries;
  for (const std::uint64_t term : terms) {
    entries.push_back({.term = Term{term}, .index = Index{++previous}});
  }
  return entries;
}

// The only message of this type. Requires: there is exactly one.
inline const Message* only(const std::vector<Message>& messages, MessageType type) {
  const auto is_it = [type](const Message& message) { return message.type == type; };
  if (std::ranges::count_if(messages, is_it) != 1) return nullptr;
  return &*std::ranges::find_if(messages, is_it);
}

inline auto count(const std::vector<Message>& messages, MessageType type) {
  return std::ranges::count(messages, type, &Message::type);
}

using Values = std::vector<std::string>;

}  // namespace quorate::raft::testing
