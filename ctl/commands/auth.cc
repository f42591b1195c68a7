#include <ostream>

#include "ctl/commands/commands.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

constexpr const char* kRoot = "root";  // the user, and the role it needs

class AuthEnable final : public Command {
 public:
  AuthEnable()
      : Command{{.use = "enable",
                 .summary = "Ask who calls, from now on",
                 .description = "From now on every call needs a user with the permission for it. "
                                "The user root must exist; it is given\nthe role root.",
                 .examples = "  quoratectl user add root\n"
                             "  quoratectl auth enable",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override;

 private:
  static Status make_root(Client& client, Deadline deadline);
};

Outcome<> AuthEnable::run(Context& context, const std::vector<std::string>& args) {
  if (!args.empty()) return bad_args("auth enable command does not accept any arguments");
  const auto client = context.connect();
  if (!client) return client.error();
  const Deadline deadline = context.deadline();
  for (;;) {
    const auto enabled = (*client)->call<pb::AuthEnableResponse>("/etcdserverpb.Auth/AuthEnable",
                                                                 pb::AuthEnableRequest{}, deadline);
    if (enabled) break;
    Status done = enabled.error();
    if (done.error().message == "etcdserver: root user does not have root role") {
      done = AuthEnable::make_root(**client, deadline);
    }
    if (!done) return Failure{kExitError, error_text(done.error())};
  }
  context.out() << "Authentication Enabled\n";
  return {};
}

// The role may exist already, without having been granted.
Status AuthEnable::make_root(Client& client, Deadline deadline) {
  pb::AuthRoleAddRequest role;
  role.set_name(kRoot);
  const auto added =
      client.call<pb::AuthRoleAddResponse>("/etcdserverpb.Auth/RoleAdd", role, deadline);
  if (!added && added.error().message != "etcdserver: role name already exists") {
    return added.error();
  }
  pb::AuthUserGrantRoleRequest grant;
  grant.set_user(kRoot);
  grant.set_role(kRoot);
  const auto granted = client.call<pb::AuthUserGrantRoleResponse>(
      "/etcdserverpb.Auth/UserGrantRole", grant, deadline);
  if (!granted) return granted.error();
  return {};
}

class AuthDisable final : public Command {
 public:
  AuthDisable()
      : Command{{.use = "disable",
                 .summary = "Let everybody do everything",
                 .description = "From now on nobody is asked who they are. Users and roles stay.",
                 .examples = "  quoratectl --user=root auth disable",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (!args.empty()) return bad_args("auth disable command does not accept any arguments");
    const auto response = context.ask<pb::AuthDisableResponse>("/etcdserverpb.Auth/AuthDisable",
                                                               pb::AuthDisableRequest{});
    if (!response) return response.error();
    context.out() << "Authentication Disabled\n";
    return {};
  }
};

class AuthStatus final : public Command {
 public:
  AuthStatus()
      : Command{{.use = "status",
                 .summary = "Show whether callers are asked who they are",
                 .description = "",
                 .examples = "  quoratectl auth status",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (!args.empty()) return bad_args("auth status command does not accept any arguments");
    const auto response = context.ask<pb::AuthStatusResponse>("/etcdserverpb.Auth/AuthStatus",
                                                              pb::AuthStatusRequest{});
    if (!response) return response.error();
    return context.printer().auth_status(*response);
  }
};

}  // namespace

std::unique_ptr<Command> make_auth() {
  auto group =
      std::make_unique<CommandGroup>(About{.use = "auth <enable or disable>",
                                           .summary = "Switch authentication on and off",
                                           .description = "Switches authentication on and off.",
                                           .examples = "",
                                           .group = Group::auth});
  group->add(std::make_unique<AuthEnable>());
  group->add(std::make_unique<AuthDisable>());
  group->add(std::make_unique<AuthStatus>());
  return group;
}

}  // namespace quorate::ctl
