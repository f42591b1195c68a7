#include <ostream>

#include "ctl/commands/commands.h"
#include "ctl/commands/new_password.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

Failure needs_name(const char* command) {
  return bad_args(std::string{"user "} + command + " command requires user name as its argument");
}

class UserAdd final : public Command {
 public:
  UserAdd()
      : Command{{.use = "add <user name or user:password> [options]",
                 .summary = "Create a user",
                 .description = "Creates a user. Asks for the password unless it is given.",
                 .examples =
                     "  quoratectl user add alice\n"
                     "  echo secret | quoratectl user add alice --interactive=false\n"
                     "  quoratectl user add alice --no-password # logs in by certificate only",
                 .group = Group::none}} {
    flags().add("interactive", is_interactive_,
                "ask for the password; if false, the next word of standard input is the password");
    flags().add("new-user-password", password_, "the password");
    flags().add("no-password", has_no_password_, "no password: the user logs in by certificate");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return needs_name("add");
    pb::AuthUserAddRequest request;
    if (auto done = name(context, args[0], request); !done) return done;
    const auto response = context.ask<pb::AuthUserAddResponse>("/etcdserverpb.Auth/UserAdd",
                                                               request, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().user_add(request.name(), *response);
  }

 private:
  // Fills in the name and the password. The argument may hold both.
  Outcome<> name(Context& context, const std::string& arg, pb::AuthUserAddRequest& request) const;

  bool is_interactive_ = true;
  std::string password_;
  bool has_no_password_ = false;
};

Outcome<> UserAdd::name(Context& context, const std::string& arg,
                        pb::AuthUserAddRequest& request) const {
  request.set_name(arg);
  request.mutable_options()->set_no_password(has_no_password_);
  if (has_no_password_) return {};
  if (!password_.empty()) {
    request.set_password(password_);
    return {};
  }
  if (const auto colon = arg.find(':'); colon != std::string::npos) {
    if (colon == 0) return bad_args("empty user name is not allowed");
    request.set_name(arg.substr(0, colon));
    request.set_password(arg.substr(colon + 1));
    return {};
  }
  auto password = new_password(
      arg, is_interactive_ ? PasswordSource::prompts : PasswordSource::words, context.out());
  if (!password) return password.error();
  request.set_password(std::move(*password));
  return {};
}

class UserDelete final : public Command {
 public:
  UserDelete()
      : Command{{.use = "delete <user name>",
                 .summary = "Delete a user",
                 .description = "",
                 .examples = "  quoratectl user delete alice",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return needs_name("delete");
    pb::AuthUserDeleteRequest request;
    request.set_name(args[0]);
    const auto response = context.ask<pb::AuthUserDeleteResponse>("/etcdserverpb.Auth/UserDelete",
                                                                  request, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().user_delete(args[0], *response);
  }
};

class UserGet final : public Command {
 public:
  UserGet()
      : Command{{.use = "get <user name> [options]",
                 .summary = "Show which roles a user has",
                 .description = "",
                 .examples = "  quoratectl user get alice\n"
                             "  quoratectl user get alice --detail",
                 .group = Group::none}} {
    flags().add("detail", has_detail_, "also show what the roles permit");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return needs_name("get");
    const auto client = context.connect();
    if (!client) return client.error();
    pb::AuthUserGetRequest request;
    request.set_name(args[0]);
    const auto response =
        (*client)->call<pb::AuthUserGetResponse>("/etcdserverpb.Auth/UserGet", request, {});
    if (!response) return Failure{kExitError, error_text(response.error())};
    if (!has_detail_) return context.printer().user_get(args[0], *response);
    context.out() << "User: " << args[0] << '\n';
    for (const std::string& role : response->roles()) {
      context.out() << '\n';
      if (auto done = show_role(context, **client, role); !done) return done;
    }
    return {};
  }

 private:
  static Outcome<> show_role(Context& context, Client& client, const std::string& role) {
    pb::AuthRoleGetRequest request;
    request.set_role(role);
    const auto response =
        client.call<pb::AuthRoleGetResponse>("/etcdserverpb.Auth/RoleGet", request, {});
    if (!response) return Failure{kExitError, error_text(response.error())};
    return context.printer().role_get(role, *response);
  }

  bool has_detail_ = false;
};

class UserList final : public Command {
 public:
  UserList()
      : Command{{.use = "list",
                 .summary = "List the users",
                 .description = "",
                 .examples = "",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (!args.empty()) return bad_args("user list command requires no arguments");
    const auto response = context.ask<pb::AuthUserListResponse>(
        "/etcdserverpb.Auth/UserList", pb::AuthUserListRequest{}, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().user_list(*response);
  }
};

class UserPassword final : public Command {
 public:
  UserPassword()
      : Command{{.use = "passwd <user name> [options]",
                 .summary = "Give a user a new password",
                 .description = "",
                 .examples = "  quoratectl user passwd alice\n"
                             "  echo secret | quoratectl user passwd alice --interactive=false",
                 .group = Group::none}} {
    flags().add("interactive", is_interactive_,
                "ask for the password; if false, the next word of standard input is the password");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return needs_name("passwd");
    const auto password = new_password(
        args[0], is_interactive_ ? PasswordSource::prompts : PasswordSource::words, context.out());
    if (!password) return password.error();
    pb::AuthUserChangePasswordRequest request;
    request.set_name(args[0]);
    request.set_password(*password);
    const auto response = context.ask<pb::AuthUserChangePasswordResponse>(
        "/etcdserverpb.Auth/UserChangePassword", request, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().user_password(*response);
  }

 private:
  bool is_interactive_ = true;
};

class UserGrantRole final : public Command {
 public:
  UserGrantRole()
      : Command{{.use = "grant-role <user name> <role name>",
                 .summary = "Give a user a role",
                 .description = "",
                 .examples = "  quoratectl user grant-role alice reader",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 2) {
      return bad_args("user grant command requires user name and role name as its argument");
    }
    pb::AuthUserGrantRoleRequest request;
    request.set_user(args[0]);
    request.set_role(args[1]);
    const auto response = context.ask<pb::AuthUserGrantRoleResponse>(
        "/etcdserverpb.Auth/UserGrantRole", request, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().user_grant(args[0], args[1], *response);
  }
};

class UserRevokeRole final : public Command {
 public:
  UserRevokeRole()
      : Command{{.use = "revoke-role <user name> <role name>",
                 .summary = "Take a role from a user",
                 .description = "",
                 .examples = "  quoratectl user revoke-role alice reader",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 2) {
      return bad_args("user revoke-role requires user name and role name as its argument");
    }
    pb::AuthUserRevokeRoleRequest request;
    request.set_name(args[0]);
    request.set_role(args[1]);
    const auto response = context.ask<pb::AuthUserRevokeRoleResponse>(
        "/etcdserverpb.Auth/UserRevokeRole", request, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().user_revoke(args[0], args[1], *response);
  }
};

}  // namespace

std::unique_ptr<Command> make_user() {
  auto group = std::make_unique<CommandGroup>(About{.use = "user <subcommand>",
                                                    .summary = "Say who may log in, and as what",
                                                    .description = "",
                                                    .examples = "",
                                                    .group = Group::auth});
  group->add(std::make_unique<UserAdd>());
  group->add(std::make_unique<UserDelete>());
  group->add(std::make_unique<UserGet>());
  group->add(std::make_unique<UserList>());
  group->add(std::make_unique<UserPassword>());
  group->add(std::make_unique<UserGrantRole>());
  group->add(std::make_unique<UserRevokeRole>());
  return group;
}

}  // namespace quorate::ctl
