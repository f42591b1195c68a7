// Who calls, and whether he may. Every RPC asks before it answers or proposes anything:
//
//   if (!permit(services, *call, auth::Action::snapshot)) return;  // the call has failed then
//
// What depends on keys asks the authorizer itself, for a read at the moment of the read:
//
//   const Status permitted = check_caller(services, *call, [&](const auto& may, const auto& who) {
//     return may.range(who, key, range_end);
//   });
//
// Writes of keys are checked when they are applied: they are proposed in the caller's name. While
// authentication is off all of this is one look at a flag.
#pragma once

#include <string_view>
#include <utility>

#include "server/api/call.h"
#include "server/api/services.h"
#include "server/auth/authorizer.h"

namespace quorate::api {

// Nobody while authentication is off, or when neither token nor certificate came with the call. An
// error when the token is not valid.
[[nodiscard]] Result<auth::Identity> caller_of(const Services& services, const Call& call);

// `check` takes the authorizer and the identity.
template <class Check>
[[nodiscard]] Status check_caller(const Services& services, const Call& call, Check check) {
  const replica::Access& access = services.replica.access();
  if (!access.is_on()) return {};
  const auto who = caller_of(services, call);
  if (!who) return who.error();
  return check(access.authorizer(), *who);
}

// False when the caller may not; the call has failed then.
[[nodiscard]] bool permit(const Services& services, Call& call, auth::Action action);

// In the caller's name; the call fails when there is none to give.
void propose(Services& services, const CallPtr& call, replica::Request request,
             std::string_view wire, replica::CommandDone done);

// False while the token may be one that another member made a moment ago: this one knows it after
// the next confirmed read.
[[nodiscard]] bool knows_caller(const Services& services, const Call& call);

}  // namespace quorate::api
