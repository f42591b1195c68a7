#include "ctl/client/session.h"

namespace quorate::ctl {

Result<std::unique_ptr<Session>> Session::begin(Client& client, std::int64_t ttl_seconds) {
  pb::LeaseGrantRequest request;
  request.set_ttl(ttl_seconds > 0 ? ttl_seconds : kTtlSecondsDefault);
  const auto granted =
      client.call<pb::LeaseGrantResponse>("/etcdserverpb.Lease/LeaseGrant", request, std::nullopt);
  if (!granted) return granted.error();
  return std::unique_ptr<Session>{new Session{client, granted->id()}};
}

Session::Session(Client& client, std::int64_t lease)
    : lease_{lease}, keep_alive_{client, lease, {.renewed = nullptr, .lost = [this] {
                                                   is_lost_ = true;
                                                 }}} {}

}  // namespace quorate::ctl
