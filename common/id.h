// Numbers that must not be mixed up: a swapped term and index does not compile.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace quorate {

// A number with a meaning. Converts to its representation only when asked with value().
template <class Tag, class Rep = std::uint64_t>
class Id {
 public:
  using rep = Rep;

  constexpr Id() = default;
  constexpr explicit Id(Rep value) : value_{value} {}

  [[nodiscard]] constexpr Rep value() const { return value_; }
  [[nodiscard]] constexpr Id next() const { return Id{static_cast<Rep>(value_ + 1)}; }
  [[nodiscard]] constexpr Id prev() const { return Id{static_cast<Rep>(value_ - 1)}; }

  friend constexpr auto operator<=>(const Id&, const Id&) = default;

 private:
  Rep value_{};
};

using Term = Id<struct TermTag>;        // Raft term; 0 = none yet
using Index = Id<struct IndexTag>;      // position in the Raft log; the first entry is 1, 0 = none
using MemberId = Id<struct MemberTag>;  // 0 = nobody
using ClusterId = Id<struct ClusterTag>;
using RequestId = Id<struct RequestTag>;                // 0 = none
using Revision = Id<struct RevisionTag, std::int64_t>;  // main revision of the store; 0 = none
using LeaseId = Id<struct LeaseTag, std::int64_t>;      // 0 = no lease; clients may choose negative
using RowNumber = Id<struct RowNumberTag, std::int64_t>;  // order of a row in the table; from 1

}  // namespace quorate

template <class Tag, class Rep>
struct std::hash<quorate::Id<Tag, Rep>> {
  std::size_t operator()(quorate::Id<Tag, Rep> id) const noexcept {
    return std::hash<Rep>{}(id.value());
  }
};
