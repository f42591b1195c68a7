#include "server/api/caller.h"

#include <doctest/doctest.h>

#include "server/api/dispatch.h"
#include "server/auth/errors.h"
#include "tests/replica/hand_member.h"
#include "tests/sim/manual_executor.h"

using namespace quorate;
using namespace quorate::api;
namespace pb = etcdserverpb;

namespace {

class RecordedCall final : public Call {
 public:
  explicit RecordedCall(CallContext context) { context_ = std::move(context); }

  void send(Reply /*reply*/) override {}
  void send_frames(std::vector<std::string> /*pieces*/, std::size_t /*messages*/) override {}
  void finish() override {}
  void fail(const Error& failure) override { error = failure; }
  [[nodiscard]] bool is_open() const override { return !error; }
  [[nodiscard]] bool is_backlogged() const override { return false; }

  std::optional<Error> error;
};
using RecordedCallPtr = boost::intrusive_ptr<RecordedCall>;

RecordedCallPtr call_with(const std::string& token, const std::string& common_name = {},
                          auth::Via via = auth::Via::grpc) {
  CallContext context;
  context.via = via;
  context.token = token;
  context.common_name = common_name;
  return new RecordedCall{std::move(context)};
}

std::vector<std::string> handled;
void handle(Services& /*services*/, const CallPtr& /*call*/, std::string_view message) {
  handled.emplace_back(message);
}

class NoMaintenance final : public replica::MaintenancePort {
 public:
  std::unique_ptr<replica::SnapshotStream> open_snapshot() override { return nullptr; }
  void defragment() override {}
};

struct World {
  World() {
    member.run();
    for (const char* name : {"root", "u"}) {
      pb::AuthUserAddRequest user;
      user.set_name(name);
      must(user);
    }
    pb::AuthUserGrantRoleRequest grant;
    grant.set_user("root");
    grant.set_role("root");
    must(grant);
    method.handle = handle;
    handled.clear();
  }

  template <class Request>
  void must(const Request& request) {
    const auto answer = member.propose({}, request);
    member.run();
    REQUIRE(answer->error() == "ok");
  }
  void enable() { must(pb::AuthEnableRequest{}); }
  std::string token_of(const std::string& user) {
    return *member.tokens.assign({user, {}, "letters of " + user, Index{1}});
  }
  [[nodiscard]] std::string who(const RecordedCallPtr& call) const {
    const auto caller = caller_of(services, *call);
    return caller ? caller->username : caller.error().message;
  }

  replica::testing::HandMember member;
  sim::ManualExecutor executor;
  auth::PasswordChecker passwords{{}, member.secrets, executor, executor};
  NoMaintenance maintenance;
  Services services{*member.replica, maintenance, passwords, {}, "3.5.0"};
  Method method;
};

}  // namespace

TEST_CASE("while authentication is off nobody is asked, and nothing is looked at") {
  World world;
  const auto call = call_with("nonsense", "root");
  world.services.has_certificate_users = true;
  CHECK(world.who(call).empty());
  CHECK(permit(world.services, *call, auth::Action::snapshot));
  CHECK(knows_caller(world.services, *call));
}

TEST_CASE("a token or a certificate says who calls") {
  World world;
  world.enable();
  const std::string token = world.token_of("u");
  CHECK(world.who(call_with({})).empty());
  CHECK(world.who(call_with(token)) == "u");
  CHECK(world.who(call_with("nonsense")) == auth::invalid_token().message);
  // Only where certificates name users, and never over the gateway (CVE-2018-16886).
  CHECK(world.who(call_with({}, "root")).empty());
  world.services.has_certificate_users = true;
  CHECK(world.who(call_with({}, "root")) == "root");
  CHECK(world.who(call_with(token, "root")) == "u");
  CHECK(world.who(call_with({}, "root", auth::Via::gateway)).empty());
  CHECK(world.who(call_with(token, "root", auth::Via::gateway)) == "u");
}

TEST_CASE("a call that is not permitted has failed") {
  World world;
  world.enable();
  const auto refusal = [&](const std::string& token) {
    const auto call = call_with(token);
    const bool is_permitted = permit(world.services, *call, auth::Action::snapshot);
    CHECK(is_permitted == !call->error.has_value());
    return call->error ? call->error->message : "none";
  };
  CHECK(refusal({}) == auth::user_empty().message);
  CHECK(refusal("nonsense") == auth::invalid_token().message);
  CHECK(refusal(world.token_of("u")) == auth::permission_denied().message);
  CHECK(refusal(world.token_of("root")) == "none");
}

TEST_CASE("a token that another member may have made a moment ago is waited for") {
  World world;
  world.enable();
  const std::string behind = std::to_string(world.member.replica->applied().value() - 1);
  const std::string ahead = std::to_string(world.member.replica->applied().value());
  dispatch(world.method, world.services, call_with({}), "nobody's");
  dispatch(world.method, world.services, call_with(world.token_of("u")), "u's");
  dispatch(world.method, world.services, call_with("letters." + behind), "an old one");
  CHECK(handled == std::vector<std::string>{"nobody's", "u's", "an old one"});
  dispatch(world.method, world.services, call_with("letters." + ahead), "a new one");
  CHECK(handled.size() == 3);
  world.member.run();
  REQUIRE(handled.size() == 4);
  CHECK(handled.back() == "a new one");
}

TEST_CASE("a call that waits for its token fails with the server") {
  World world;
  world.enable();
  const auto call = call_with("letters.99999");
  dispatch(world.method, world.services, call, "never");
  world.member.replica->stop();
  CHECK(handled.empty());
  REQUIRE(call->error.has_value());
  CHECK(call->error->message == "etcdserver: server stopped");
}
