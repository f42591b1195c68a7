#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ctl/cli/go_number.h"
#include "ctl/commands/commands.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

class MoveLeader final : public Command {
 public:
  MoveLeader()
      : Command{{.use = "move-leader <transferee-member-id>",
                 .summary = "Let another member lead",
                 .description = "Hands leadership to another member. The leader must be among "
                                "--endpoints, for only it can do that.",
                 .examples = "  quoratectl member list\n"
                             "  quoratectl move-leader c89feb932daef420",
                 .group = Group::maintenance}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override;
};

Outcome<> MoveLeader::run(Context& context, const std::vector<std::string>& args) {
  if (args.size() != 1) return bad_args("move-leader command needs 1 argument");
  const auto target = parse_uint(args[0], 16);
  if (!target) return bad_args(target.error().message);
  const auto config = context.client_config();
  if (!config) return config.error();
  const Deadline deadline = context.deadline();
  for (const std::string& endpoint : config->endpoints) {
    const auto client = context.connect_to(endpoint);
    if (!client) return client.error();
    const auto status = (*client)->call<pb::StatusResponse>("/etcdserverpb.Maintenance/Status",
                                                            pb::StatusRequest{}, deadline);
    if (!status) return Failure{kExitError, error_text(status.error())};
    if (status->header().member_id() != status->leader()) continue;
    pb::MoveLeaderRequest request;
    request.set_targetid(*target);
    const auto response = (*client)->call<pb::MoveLeaderResponse>(
        "/etcdserverpb.Maintenance/MoveLeader", request, deadline);
    if (!response) return Failure{kExitError, error_text(response.error())};
    return context.printer().move_leader(status->leader(), *target, *response);
  }
  return bad_args(
      fmt::format("no leader endpoint given at [{}]", fmt::join(config->endpoints, " ")));
}

}  // namespace

std::unique_ptr<Command> make_move_leader() {
  return std::make_unique<MoveLeader>();
}

}  // namespace quorate::ctl
