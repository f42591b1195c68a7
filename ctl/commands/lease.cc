#include <fmt/format.h>

#include "ctl/cli/go_number.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/lease_id.h"
#include "ctl/context.h"

namespace quorate::ctl {

Outcome<std::int64_t> lease_id(const std::string& text) {
  const auto id = parse_int(text, 16);
  if (!id) {
    return bad_args(fmt::format("bad lease ID arg ({}), expecting ID in Hex", id.error().message));
  }
  return *id;
}

namespace {

// What etcdctl says when it could not "grant" or "revoke".
Failure failed_to(const char* what, const Failure& failure) {
  if (failure.status != kExitError || failure.text.empty()) return failure;
  return {kExitError, fmt::format("failed to {} lease ({})", what, failure.text)};
}

// etcdctl takes an error of these commands for one of the connection.
Failure bad_connection(Failure failure) {
  if (failure.status == kExitError && !failure.text.empty()) failure.status = kExitBadConnection;
  return failure;
}

class LeaseGrant final : public Command {
 public:
  LeaseGrant()
      : Command{{.use = "grant <ttl>",
                 .summary = "Create a lease",
                 .description = "Creates a lease that lasts so many seconds from the last time it "
                                "was kept alive. Keys are attached\nto it by put --lease, and go "
                                "when it ends.",
                 .examples = "  quoratectl lease grant 60\n"
                             "  quoratectl put foo bar --lease=32695410dcc0ca06",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return bad_args("lease grant command needs TTL argument");
    const auto ttl = parse_int(args[0], 10);
    if (!ttl) return bad_args(fmt::format("bad TTL ({})", ttl.error().message));
    pb::LeaseGrantRequest request;
    request.set_ttl(*ttl);
    const auto response =
        context.ask<pb::LeaseGrantResponse>("/etcdserverpb.Lease/LeaseGrant", request);
    if (!response) return failed_to("grant", response.error());
    return context.printer().lease_grant(*response);
  }
};

class LeaseRevoke final : public Command {
 public:
  LeaseRevoke()
      : Command{{.use = "revoke <leaseID>",
                 .summary = "End a lease",
                 .description = "Ends a lease: the keys attached to it are deleted.",
                 .examples = "  quoratectl lease revoke 32695410dcc0ca06",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return bad_args("lease revoke command needs 1 argument");
    const auto id = lease_id(args[0]);
    if (!id) return id.error();
    pb::LeaseRevokeRequest request;
    request.set_id(*id);
    const auto response =
        context.ask<pb::LeaseRevokeResponse>("/etcdserverpb.Lease/LeaseRevoke", request);
    if (!response) return failed_to("revoke", response.error());
    return context.printer().lease_revoke(*id, *response);
  }
};

class LeaseTimeToLive final : public Command {
 public:
  LeaseTimeToLive()
      : Command{{.use = "timetolive <leaseID> [options]",
                 .summary = "Show how long a lease lasts",
                 .description = "",
                 .examples = "  quoratectl lease timetolive 32695410dcc0ca06\n"
                             "  quoratectl lease timetolive 32695410dcc0ca06 --keys",
                 .group = Group::none}} {
    flags().add("keys", has_keys_, "also show the keys attached to it");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return bad_args("lease timetolive command needs lease ID as argument");
    const auto id = lease_id(args[0]);
    if (!id) return id.error();
    pb::LeaseTimeToLiveRequest request;
    request.set_id(*id);
    request.set_keys(has_keys_);
    const auto response = context.ask<pb::LeaseTimeToLiveResponse>(
        "/etcdserverpb.Lease/LeaseTimeToLive", request, TimeLimit::none);
    if (!response) return bad_connection(response.error());
    return context.printer().time_to_live(*response, has_keys_ ? KeyList::shown : KeyList::hidden);
  }

 private:
  bool has_keys_ = false;
};

class LeaseList final : public Command {
 public:
  LeaseList()
      : Command{{.use = "list",
                 .summary = "List the leases",
                 .description = "",
                 .examples = "  quoratectl lease list",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>&) override {
    const auto response = context.ask<pb::LeaseLeasesResponse>(
        "/etcdserverpb.Lease/LeaseLeases", pb::LeaseLeasesRequest{}, TimeLimit::none);
    if (!response) return bad_connection(response.error());
    return context.printer().leases(*response);
  }
};

}  // namespace

std::unique_ptr<Command> make_lease() {
  auto group = std::make_unique<CommandGroup>(
      About{.use = "lease <subcommand>",
            .summary = "Create leases, keep them alive, end them",
            .description = "Creates leases, keeps them alive and ends them.",
            .examples = "",
            .group = Group::key_value});
  group->add(std::make_unique<LeaseGrant>());
  group->add(std::make_unique<LeaseRevoke>());
  group->add(std::make_unique<LeaseTimeToLive>());
  group->add(std::make_unique<LeaseList>());
  group->add(make_lease_keep_alive());
  return group;
}

}  // namespace quorate::ctl
