// What clients were promised: a write that was acknowledged is there for ever and seen by every
// read that begins after it; one that was dropped never happens; none happens twice.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "tests/sim/member.h"

namespace quorate::sim {

class ClientChecker {
 public:
  enum class Kind : std::uint8_t { write, read };

  // A client asks. Everything acknowledged so far happened before it.
  [[nodiscard]] Number asks(Kind kind);
  // A client hears. Late and repeated replies are ignored. True when this one counts.
  bool hears(const Reply& reply);
  // A write was seen by a state machine; by the first one to come this far.
  void happened(Number request, Index index);

  [[nodiscard]] std::uint64_t writes_done() const { return writes_done_; }
  [[nodiscard]] std::uint64_t reads_done() const { return reads_done_; }
  // Where an acknowledged write is, or that it is not acknowledged (0).
  [[nodiscard]] bool is_open(Number request) const { return open_.contains(request); }

 private:
  struct Open {
    Kind kind;
    Index seen;  // what anybody had been told when it was asked
  };

  Number newest_;
  Index seen_;  // the highest index that any client was told of
  std::unordered_map<Number, Open> open_;
  std::unordered_map<Number, Index> happened_;
  std::unordered_set<Number> dropped_;
  std::uint64_t writes_done_ = 0;
  std::uint64_t reads_done_ = 0;
};

}  // namespace quorate::sim
