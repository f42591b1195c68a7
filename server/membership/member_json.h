// Members as JSON: in conf changes of the log and in the table, readable by every member.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "server/membership/members.h"

namespace quorate::membership {

// {"id":1,"peerURLs":["http://a:2380"],"isLearner":true,"name":"a","clientURLs":[...]}; empty and
// false members left out, peerURLs null when empty, '<', '>' and '&' escaped as Go does.
[[nodiscard]] std::string to_json(const Member& member);

// What a conf change carries. `is_promotion`: an existing learner becomes a voter; only its id
// counts then.
struct MemberChange {
  Member member;
  bool is_promotion = false;
};
[[nodiscard]] std::string to_json(const MemberChange& change);
[[nodiscard]] Result<MemberChange> parse_member(std::string_view json);

}  // namespace quorate::membership
