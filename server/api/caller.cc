#include "server/api/caller.h"

#include "server/auth/identify.h"

namespace quorate::api {

Result<auth::Identity> caller_of(const Services& services, const Call& call) {
  const replica::Access& access = services.replica.access();
  if (!access.is_on()) return auth::Identity{};
  const CallContext& context = call.context();
  auth::Credentials credentials{context.token, {}, context.via};
  if (services.has_certificate_users) credentials.common_name = context.common_name;
  return auth::identify(credentials, access.store(), access.tokens());
}

bool permit(const Services& services, Call& call, auth::Action action) {
  const Status permitted =
      check_caller(services, call, [&](const auth::Authorizer& authorizer, const auto& who) {
        return authorizer.may(who, action);
      });
  if (!permitted) call.fail(permitted.error());
  return permitted.has_value();
}

void propose(Services& services, const CallPtr& call, replica::Request request,
             std::string_view wire, replica::CommandDone done) {
  auto who = caller_of(services, *call);
  if (!who) return call->fail(who.error());
  services.replica.propose(*std::move(who), std::move(request), wire, std::move(done));
}

bool knows_caller(const Services& services, const Call& call) {
  const replica::Access& access = services.replica.access();
  if (!access.is_on() || call.context().token.empty()) return true;
  const auto token = auth::bare_token(call.context().token);
  if (access.tokens().known_after(token) < services.replica.applied()) return true;
  return access.tokens().check(token, access.store().revision()).has_value();
}

}  // namespace quorate::api
