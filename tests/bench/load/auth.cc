// auth-on: makes a user who may do everything, demands passwords, prints the user's token.
// login: how often a second one user gets in with a password.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "common/grpc/channel.h"
#include "common/grpc/stub.h"
#include "proto/rpc.pb.h"
#include "tests/bench/load/calls.h"
#include "tests/bench/load/loads.h"

namespace quorate::bench {
namespace {

constexpr const char* kUser = "bench";
constexpr const char* kPassword = "a password of some length";
constexpr std::string_view kLoginMethod = "/etcdserverpb.Auth/Authenticate";

struct Options {
  double seconds = 3;
  std::size_t streams = 4;
};

etcdserverpb::AuthenticateRequest login_request() {
  etcdserverpb::AuthenticateRequest request;
  request.set_name(kUser);
  request.set_password(kPassword);
  return request;
}

class Admin {
 public:
  explicit Admin(const std::string& endpoint) : channel_{loop_, options(endpoint), Rng{1}} {}

  // Nothing when the server has no such service.
  template <class Answer, class Request>
  std::optional<Answer> ask(std::string_view method, const Request& request) {
    const auto answer = grpc::call_unary<Answer>(
        channel_, "/etcdserverpb.Auth/" + std::string{method}, request, {});
    if (answer) return *answer;
    if (answer.error().code == Code::unimplemented) return {};
    give_up(std::string{method} + ": " + answer.error().message);
  }

 private:
  static grpc::ChannelOptions options(const std::string& endpoint) {
    grpc::ChannelOptions out;
    out.endpoints = {endpoint};
    return out;
  }

  EventLoop loop_;
  grpc::Channel channel_;
};

bool add_user(Admin& admin, const std::string& name, const std::string& role) {
  etcdserverpb::AuthUserAddRequest user;
  user.set_name(name);
  user.set_password(kPassword);
  etcdserverpb::AuthUserGrantRoleRequest grant;
  grant.set_user(name);
  grant.set_role(role);
  return admin.ask<etcdserverpb::AuthUserAddResponse>("UserAdd", user) &&
         admin.ask<etcdserverpb::AuthUserGrantRoleResponse>("UserGrantRole", grant);
}

bool add_role(Admin& admin, const std::string& name) {
  etcdserverpb::AuthRoleAddRequest role;
  role.set_name(name);
  etcdserverpb::AuthRoleGrantPermissionRequest grant;
  grant.set_name(name);
  grant.mutable_perm()->set_permtype(authpb::Permission::READWRITE);
  grant.mutable_perm()->set_key(std::string(1, '\0'));
  grant.mutable_perm()->set_range_end(std::string(1, '\0'));
  return admin.ask<etcdserverpb::AuthRoleAddResponse>("RoleAdd", role) &&
         admin.ask<etcdserverpb::AuthRoleGrantPermissionResponse>("RoleGrantPermission", grant);
}

void auth_on(const std::string& endpoint) {
  Admin admin{endpoint};
  const bool is_served =
      add_role(admin, "root") && add_role(admin, "all") && add_user(admin, "root", "root") &&
      add_user(admin, kUser, "all") &&
      admin.ask<etcdserverpb::AuthEnableResponse>("AuthEnable", etcdserverpb::AuthEnableRequest{});
  if (!is_served) {
    std::printf("not served\n");
    return;
  }
  const auto answer =
      admin.ask<etcdserverpb::AuthenticateResponse>("Authenticate", login_request());
  if (!answer) give_up("Authenticate is not served");
  std::printf("%s\n", answer->token().c_str());
}

void login(const std::string& endpoint, const Options& options) {
  Loop loop;
  const std::string request = login_request().SerializeAsString();
  Calls logins{
      loop,
      endpoint,
      {std::string{kLoginMethod}, [&](std::uint64_t) { return request; }, {}, 1, options.streams}};
  const auto begin = Steady::now();
  logins.go();
  loop.run_for(
      std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>{options.seconds}));
  std::printf("logins=%llu per_second=%.1f\n", static_cast<unsigned long long>(logins.done()),
              static_cast<double>(logins.done()) / seconds_since(begin));
}

}  // namespace

void add_auth(CLI::App& app, Run& run) {
  app.add_subcommand("auth-on", "make a user, demand passwords, print the user's token")
      ->callback([&run] { run.job = [&run] { auth_on(run.endpoint); }; });
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("login", "log one user in for some seconds");
  command->add_option("--seconds", options->seconds)->capture_default_str();
  command->add_option("--streams", options->streams)->capture_default_str();
  command->callback(
      [&run, options] { run.job = [&run, options] { login(run.endpoint, *options); }; });
}

}  // namespace quorate::bench
