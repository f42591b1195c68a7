// Alarms: what keeps the cluster from writing until an operator has looked. Replicated: all members
// know the alarms of all.
//
// Stored with etcdserverpb.AlarmMember as the key and nothing as the value, as in etcd's files.
#pragma once

#include <compare>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/id.h"
#include "common/result.h"
#include "proto/rpc.pb.h"

namespace quorate::replica {

struct Alarm {
  etcdserverpb::AlarmType type = etcdserverpb::NONE;
  MemberId member;

  friend auto operator<=>(const Alarm&, const Alarm&) = default;
};

// "memberID:5 alarm:NOSPACE ", as protobuf's text format of Go has it; a status says it so.
[[nodiscard]] std::string to_text(const Alarm& alarm);
[[nodiscard]] std::string stored_key(const Alarm& alarm);
[[nodiscard]] Result<Alarm> parse_alarm_key(std::string_view key);

class Alarms {
 public:
  void raise(const Alarm& alarm) { raised_.insert(alarm); }
  // False when there was none.
  bool clear(const Alarm& alarm) { return raised_.erase(alarm) > 0; }

  [[nodiscard]] bool has(const Alarm& alarm) const { return raised_.contains(alarm); }
  // By any member.
  [[nodiscard]] bool is_raised(etcdserverpb::AlarmType type) const;
  // NONE: of every type.
  [[nodiscard]] std::vector<Alarm> list(etcdserverpb::AlarmType type) const;

 private:
  std::set<Alarm> raised_;
};

}  // namespace quorate::replica
