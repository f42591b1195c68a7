// Somebody who wants to know who leads, and every value the leader proclaims. Says what is to be
// done next, as Contender does.
//
//            +--> nobody: FollowQueue -- first put: ShowHeard --+
//   begin -> LookFirst                                          +--> FollowKey -- put: ShowHeard
//      ^     +--> somebody: ShowFirst --------------------------+        |
//      +-------------------------- deleted ------------------------------+
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "common/id.h"

namespace quorate::concurrency {

struct NothingNew {};
// Find the oldest place that was created up to now.
struct LookFirst {};
// Watch what happens after this revision of the store.
struct FollowQueue {
  Revision after;
};
struct FollowKey {
  std::string key;
  Revision after;
};
// Tell what was found, then follow its key.
struct ShowFirst {
  FollowKey follow;
};
// Tell what was heard; of a new leader, follow the key from then on.
struct ShowHeard {
  std::optional<FollowKey> follow;
};
using NextToSee = std::variant<NothingNew, LookFirst, ShowFirst, FollowQueue, ShowHeard>;

// A change of a key that is followed.
struct Heard {
  enum class Kind : std::uint8_t { put, deleted };
  Kind kind = Kind::put;
  std::string key;
  Revision revision;
};

// Home: state thread.
class Observer {
 public:
  [[nodiscard]] NextToSee begin() { return LookFirst{}; }
  // The oldest key, as it is at this revision of the store.
  [[nodiscard]] NextToSee looked(const std::optional<std::string>& first, Revision revision);
  [[nodiscard]] NextToSee heard(const Heard& change);

 private:
  bool has_leader_ = false;
};

}  // namespace quorate::concurrency
