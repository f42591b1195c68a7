#include <algorithm>
#include <cctype>

#include "ctl/client/key_range.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/permission_range.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

Failure needs_name(const char* command) {
  return bad_args(std::string{"role "} + command + " command requires role name as its argument");
}

class RoleAdd final : public Command {
 public:
  RoleAdd()
      : Command{{.use = "add <role name>",
                 .summary = "Create a role",
                 .description = "",
                 .examples = "  quoratectl role add reader",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return needs_name("add");
    pb::AuthRoleAddRequest request;
    request.set_name(args[0]);
    const auto response = context.ask<pb::AuthRoleAddResponse>("/etcdserverpb.Auth/RoleAdd",
                                                               request, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().role_add(args[0], *response);
  }
};

class RoleDelete final : public Command {
 public:
  RoleDelete()
      : Command{{.use = "delete <role name>",
                 .summary = "Delete a role",
                 .description = "Deletes a role and takes it from all users who have it.",
                 .examples = "  quoratectl role delete reader",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return needs_name("delete");
    pb::AuthRoleDeleteRequest request;
    request.set_role(args[0]);
    const auto response = context.ask<pb::AuthRoleDeleteResponse>("/etcdserverpb.Auth/RoleDelete",
                                                                  request, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().role_delete(args[0], *response);
  }
};

class RoleGet final : public Command {
 public:
  RoleGet()
      : Command{{.use = "get <role name>",
                 .summary = "Show what a role permits",
                 .description = "",
                 .examples = "  quoratectl role get reader",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return needs_name("get");
    pb::AuthRoleGetRequest request;
    request.set_role(args[0]);
    const auto response = context.ask<pb::AuthRoleGetResponse>("/etcdserverpb.Auth/RoleGet",
                                                               request, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().role_get(args[0], *response);
  }
};

class RoleList final : public Command {
 public:
  RoleList()
      : Command{{.use = "list",
                 .summary = "List the roles",
                 .description = "",
                 .examples = "",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (!args.empty()) return bad_args("role list command requires no arguments");
    const auto response = context.ask<pb::AuthRoleListResponse>(
        "/etcdserverpb.Auth/RoleList", pb::AuthRoleListRequest{}, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().role_list(*response);
  }
};

Outcome<authpb::Permission::Type> permission_type(const std::string& text) {
  std::string name = text;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  authpb::Permission::Type type{};
  if (authpb::Permission::Type_Parse(name, &type)) return type;
  return bad_args("invalid permission type: " + text);
}

class RoleGrant final : public Command {
 public:
  RoleGrant()
      : Command{{.use = "grant-permission [options] <role name> <permission type> <key> [endkey]",
                 .summary = "Let a role read or write keys",
                 .description = "Lets a role read, write or readwrite a key, or the keys from "
                                "<key> up to but not including [endkey].",
                 .examples = "  quoratectl role grant-permission reader read foo\n"
                             "  quoratectl role grant-permission app readwrite app/ --prefix\n"
                             "  quoratectl role grant-permission all read '' --prefix",
                 .group = Group::none}} {
    range_.declare(flags(), "grant");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() < 3) {
      return bad_args(
          "role grant command requires role name, permission type, and key [endkey] as its "
          "argument");
    }
    const auto type = permission_type(args[1]);
    if (!type) return type.error();
    auto range = range_.range({args.begin() + 2, args.end()});
    if (!range) return range.error();
    pb::AuthRoleGrantPermissionRequest request;
    request.set_name(args[0]);
    request.mutable_perm()->set_permtype(*type);
    request.mutable_perm()->set_key(std::move(range->key));
    request.mutable_perm()->set_range_end(std::move(range->end));
    const auto response = context.ask<pb::AuthRoleGrantPermissionResponse>(
        "/etcdserverpb.Auth/RoleGrantPermission", request, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().role_grant(args[0], *response);
  }

 private:
  PermissionRangeFlags range_;
};

class RoleRevoke final : public Command {
 public:
  RoleRevoke()
      : Command{{.use = "revoke-permission <role name> <key> [endkey]",
                 .summary = "Take a permission from a role",
                 .description = "Takes a permission from a role: the same range must have been "
                                "granted.",
                 .examples = "  quoratectl role revoke-permission reader foo\n"
                             "  quoratectl role revoke-permission app app/ --prefix",
                 .group = Group::none}} {
    range_.declare(flags(), "revoke");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() < 2) {
      return bad_args(
          "role revoke-permission command requires role name and key [endkey] as its argument");
    }
    const auto range = range_.range({args.begin() + 1, args.end()});
    if (!range) return range.error();
    pb::AuthRoleRevokePermissionRequest request;
    request.set_role(args[0]);
    request.set_key(range->key);
    request.set_range_end(range->end);
    const auto response = context.ask<pb::AuthRoleRevokePermissionResponse>(
        "/etcdserverpb.Auth/RoleRevokePermission", request, TimeLimit::none);
    if (!response) return response.error();
    return context.printer().role_revoke(args[0], args[1], range->end, *response);
  }

 private:
  PermissionRangeFlags range_;
};

}  // namespace

std::unique_ptr<Command> make_role() {
  auto group = std::make_unique<CommandGroup>(About{.use = "role <subcommand>",
                                                    .summary = "Say what roles permit",
                                                    .description = "",
                                                    .examples = "",
                                                    .group = Group::auth});
  group->add(std::make_unique<RoleAdd>());
  group->add(std::make_unique<RoleDelete>());
  group->add(std::make_unique<RoleGet>());
  group->add(std::make_unique<RoleList>());
  group->add(std::make_unique<RoleGrant>());
  group->add(std::make_unique<RoleRevoke>());
  return group;
}

}  // namespace quorate::ctl
