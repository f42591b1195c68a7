// Changes of the members that were proposed here and whose callers wait: a handful at most.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "common/callback.h"
#include "common/id.h"
#include "common/result.h"
#include "server/membership/members.h"

namespace quorate::replica {

// Home: state thread.
class PendingChanges {
 public:
  using Done = Callback<void(Result<std::vector<membership::Member>>)>;

  // The caller is answered at `deadline_tick` at the latest.
  void add(RequestId id, Done done, std::uint64_t deadline_tick) {
    waiting_.emplace(id, Waiting{std::move(done), deadline_tick});
  }
  // Null if nobody waits here.
  [[nodiscard]] Done take(RequestId id) {
    const auto node = waiting_.extract(id);
    return node.empty() ? Done{} : std::move(node.mapped().done);
  }
  // Answers those whose time has come. Their changes may still be applied.
  void expire(std::uint64_t tick, const Error& error) {
    for (auto each = waiting_.begin(); each != waiting_.end();) {
      const auto current = each++;
      if (current->second.deadline_tick <= tick) take(current->first)(error);
    }
  }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  void fail_all(const Error& error) {
    for (auto& [id, waiting] : std::exchange(waiting_, {})) waiting.done(error);
  }

 private:
  struct Waiting {
    Done done;
    std::uint64_t deadline_tick;
  };
  std::map<RequestId, Waiting> waiting_;
};

}  // namespace quorate::replica
