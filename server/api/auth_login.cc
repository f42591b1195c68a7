// Authenticate: a password for a token.
#include <utility>

#include "server/api/auth_service.h"
#include "server/api/request.h"
#include "server/api/services.h"
#include "server/auth/errors.h"

namespace quorate::api {
namespace {

using auth::AuthRevision;
using replica::Applied;
using replica::Command;

// Who logs in is checked here, on a worker; what is proposed then holds no password.
class Login : public net::Counted<Login> {
 public:
  Login(Services& services, CallPtr call, etcdserverpb::AuthenticateRequest request)
      : services_{services}, call_{std::move(call)}, request_{std::move(request)} {}

  void start() {
    services_.replica.confirm_read([self = Ptr{this}](Status status) {
      if (!status) return self->call_->fail(status.error());
      self->check();
    });
  }

 private:
  using Ptr = boost::intrusive_ptr<Login>;

  [[nodiscard]] const auth::Store& store() const { return services_.replica.access().store(); }

  void check() {
    if (!call_->is_open()) return;
    auto hash = store().password_hash_of(request_.name());
    if (!hash) return call_->fail(hash.error());
    services_.passwords.check(request_.name(), *std::move(hash), request_.password(),
                              [self = Ptr{this}, at = store().revision()](Result<bool> fits) {
                                self->checked(fits, at);
                              });
  }

  void checked(const Result<bool>& fits, AuthRevision at) {
    if (!fits) return call_->fail(fits.error());
    if (!*fits) {
      services_.log.info("invalid password", {{"user-name", request_.name()}});
      return call_->fail(auth::wrong_password());
    }
    etcdserverpb::InternalAuthenticateRequest entry;
    entry.set_name(request_.name());
    entry.set_simple_token(services_.replica.access().tokens().make_prefix());
    const std::string wire = entry.SerializeAsString();
    services_.replica.propose(std::move(entry), wire,
                              [self = Ptr{this}, at](const Command&, Result<Applied> applied) {
                                self->answer(applied, at);
                              });
  }

  void answer(Result<Applied>& applied, AuthRevision checked_at) {
    if (!applied) return call_->fail(applied.error());
    // Users changed meanwhile: it may be another password now.
    if (store().revision() != checked_at) return check();
    etcdserverpb::AuthenticateResponse response;
    fill_header(services_.header_at(applied->revision), *response.mutable_header());
    response.set_token(std::move(std::get<replica::Token>(applied->outcome).text));
    call_->send(Reply{response});
  }

  Services& services_;
  CallPtr call_;
  etcdserverpb::AuthenticateRequest request_;
};

}  // namespace

void auth_authenticate(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::AuthenticateRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  const boost::intrusive_ptr<Login> login{new Login{services, call, std::move(request)}};
  login->start();
}

}  // namespace quorate::api
