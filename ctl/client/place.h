// A place in the queue below a name: keys NAME/LEASE, the one created first is first. Whoever is
// first holds the lock NAME, or leads in the election NAME.
#pragma once

#include <cstdint>
#include <string>

#include "ctl/client/session.h"

namespace quorate::ctl {

// All keys below a prefix, the first or the last created one of them.
enum class Created : bool { first, last };
[[nodiscard]] pb::RangeRequest one_below(const std::string& prefix, Created which);

// Home: the client's loop.
class Place {
 public:
  // Puts the key, with the session's lease. Both outlive the place.
  static Outcome<Place> take(Client& client, const Session& session, const std::string& name,
                             const std::string& value);

  // Waits until the place is the first one. Fails when the client is interrupted or the session
  // has lost its lease, and with it the place.
  Outcome<> wait();
  // Deletes the key.
  Outcome<> leave(Deadline deadline);

  [[nodiscard]] const std::string& key() const { return key_; }
  // Of the store when the place became the first one.
  [[nodiscard]] std::int64_t revision() const { return revision_; }

 private:
  Place(Client& client, const Session& session, const std::string& name);
  Outcome<> enter(const std::string& value);
  Outcome<> wait_for_deletion(const std::string& key, std::int64_t after_revision);
  [[nodiscard]] Failure failure(const Error& error) const;

  Client* client_;
  const Session* session_;
  std::string prefix_;
  std::string key_;
  std::int64_t created_ = 0;  // revision
  std::int64_t revision_ = 0;
  bool is_first_ = false;
};

}  // namespace quorate::ctl
