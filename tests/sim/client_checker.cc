#include "tests/sim/client_checker.h"

#include <algorithm>

#include "tests/sim/failure.h"

namespace quorate::sim {

Number ClientChecker::asks(Kind kind) {
  newest_ = newest_.next();
  open_.emplace(newest_, Open{kind, seen_});
  return newest_;
}

bool ClientChecker::hears(const Reply& reply) {
  const auto found = open_.find(reply.request);
  if (found == open_.end()) return false;
  const Open open = found->second;
  open_.erase(found);
  if (!reply.is_done) {
    claim(!happened_.contains(reply.request), "what was dropped did not happen before");
    if (open.kind == Kind::write) dropped_.insert(reply.request);
    return true;
  }
  if (open.kind == Kind::read) {
    // Linearizable: it sees all that anybody knew of when it was asked.
    claim(reply.index >= open.seen, "a read sees what was acknowledged before it");
    ++reads_done_;
  } else {
    const auto where = happened_.find(reply.request);
    claim(where != happened_.end(), "an acknowledged write has happened");
    claim(where->second == reply.index, "and where it was said to be");
    claim(reply.index > open.seen, "a write comes after what was acknowledged before it");
    ++writes_done_;
  }
  seen_ = std::max(seen_, reply.index);
  return true;
}

void ClientChecker::happened(Number request, Index index) {
  claim(!dropped_.contains(request), "what was dropped never happens");
  const auto [known, is_new] = happened_.emplace(request, index);
  claim(is_new || known->second == index, "nothing happens twice");
}

}  // namespace quorate::sim
