#include "server/api/dispatch.h"

#include <string>

#include "server/api/caller.h"

namespace quorate::api {

void dispatch(const Method& method, Services& services, const CallPtr& call,
              std::string_view message) {
  if (knows_caller(services, *call)) return method.handle(services, call, message);
  services.replica.confirm_read(
      [&method, &services, call, message = std::string{message}](Status status) {
        if (!status) return call->fail(status.error());
        method.handle(services, call, message);
      });
}

}  // namespace quorate::api
