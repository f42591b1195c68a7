// The replica's part in the quota: turns away what the store has no room for, and says so to all.
#include <utility>

#include "server/replica/errors.h"
#include "server/replica/replica.h"
#include "server/replica/space.h"

namespace quorate::replica {

// What counts is the part of the file in use, not its length as in etcd: empty pages take new rows
// before the file grows, and go back to the file system in the background. Rows on their way to the
// file count already, or a burst would pass because the file has yet to grow.
bool Replica::has_space_for(const Request& request) const {
  const std::uint64_t cost = space_cost(request);
  if (cost == 0 || config_.quota_bytes < 0) return true;
  const auto used =
      static_cast<std::uint64_t>(size_.used_bytes) + machine_.table().unflushed_bytes();
  return used + cost < static_cast<std::uint64_t>(config_.quota_bytes);
}

// Inner transactions get past needs_space(); not here.
bool Replica::is_held_back(const Request& request) const {
  return machine_.alarms().is_raised(etcdserverpb::NOSPACE) && !needs_space(request) &&
         space_cost(request) > 0;
}

// Who is refused finds the alarm when he looks for the reason.
void Replica::refuse_for_space(Request refused, CommandDone done) {
  // Its bytes are the caller's, who may be gone when he is answered.
  if (auto* put = std::get_if<PutView>(&refused)) *put = {};
  Command command{{}, std::move(refused), {}};
  if (machine_.alarms().has({etcdserverpb::NOSPACE, config_.id})) return done(command, no_space());
  space_waiters_.push_back({std::move(command), std::move(done)});
  if (space_waiters_.size() > 1) return;  // the alarm is on its way
  etcdserverpb::AlarmRequest request;
  request.set_action(etcdserverpb::AlarmRequest::ACTIVATE);
  request.set_memberid(config_.id.value());
  request.set_alarm(etcdserverpb::NOSPACE);
  const std::string wire = request.SerializeAsString();
  propose(std::move(request), wire, [this](const Command&, const Result<Applied>&) {
    // Without the alarm the next one over the quota tries again.
    for (auto& each : std::exchange(space_waiters_, {})) each.done(each.command, no_space());
  });
}

}  // namespace quorate::replica
