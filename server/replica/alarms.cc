#include "server/replica/alarms.h"

#include <algorithm>

#include "common/parse_message.h"

namespace quorate::replica {

std::string to_text(const Alarm& alarm) {
  std::string text;
  if (alarm.member != MemberId{}) {
    text += "memberID:" + std::to_string(alarm.member.value()) + " ";
  }
  const std::string& name = etcdserverpb::AlarmType_Name(alarm.type);
  return text + "alarm:" + (name.empty() ? std::to_string(alarm.type) : name) + " ";
}

std::string stored_key(const Alarm& alarm) {
  etcdserverpb::AlarmMember message;
  message.set_memberid(alarm.member.value());
  message.set_alarm(alarm.type);
  return message.SerializeAsString();
}

Result<Alarm> parse_alarm_key(std::string_view key) {
  etcdserverpb::AlarmMember message;
  if (!parse_message(key, message)) return Error{Code::data_loss, "a stored alarm cannot be read"};
  return Alarm{message.alarm(), MemberId{message.memberid()}};
}

bool Alarms::is_raised(etcdserverpb::AlarmType type) const {
  return std::any_of(raised_.begin(), raised_.end(),
                     [type](const Alarm& alarm) { return alarm.type == type; });
}

std::vector<Alarm> Alarms::list(etcdserverpb::AlarmType type) const {
  std::vector<Alarm> found;
  for (const Alarm& alarm : raised_) {
    if (type == etcdserverpb::NONE || alarm.type == type) found.push_back(alarm);
  }
  return found;
}

}  // namespace quorate::replica
