// Alarms as replicated state, and what they hold back.
#include <utility>

#include "common/hex.h"
#include "server/replica/errors.h"
#include "server/replica/machine.h"
#include "server/replica/space.h"

namespace quorate::replica {

Status Machine::check_alarms(const Request& request) const {
  if (alarms_.is_raised(etcdserverpb::CORRUPT) && needs_soundness(request)) return corrupt();
  if (alarms_.is_raised(etcdserverpb::NOSPACE) && needs_space(request)) return no_space();
  return {};
}

// The outcome is the alarms the request is about: those that are there now, or no more.
Result<Applied> Machine::run(const Work& /*work*/, const etcdserverpb::AlarmRequest& request) {
  using etcdserverpb::AlarmRequest;
  const Alarm alarm{request.alarm(), MemberId{request.memberid()}};
  switch (request.action()) {
    case AlarmRequest::GET:
      return applied(alarms_.list(alarm.type));
    case AlarmRequest::ACTIVATE:
      if (alarm.type == etcdserverpb::NONE) break;
      if (!alarms_.has(alarm)) raise(alarm);
      return applied(std::vector{alarm});
    case AlarmRequest::DEACTIVATE:
      if (!alarms_.clear(alarm)) break;
      change_area(Area::alarm, stored_key(alarm), std::nullopt);
      log_.warn("alarm disarmed", {{"alarm", to_text(alarm)}});
      return applied(std::vector{alarm});
    default:  // of a later version: nothing this one could do
      break;
  }
  return applied(std::vector<Alarm>{});
}

void Machine::raise(const Alarm& alarm) {
  alarms_.raise(alarm);
  change_area(Area::alarm, stored_key(alarm), std::string{});
  log_.warn("alarm raised",
            {{"alarm", etcdserverpb::AlarmType_Name(alarm.type)}, {"from", to_hex(alarm.member)}});
}

}  // namespace quorate::replica
