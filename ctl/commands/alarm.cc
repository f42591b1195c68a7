#include "ctl/commands/commands.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

constexpr const char* kMethod = "/etcdserverpb.Maintenance/Alarm";

pb::AlarmRequest list_request() {
  pb::AlarmRequest request;
  request.set_action(pb::AlarmRequest::GET);
  return request;
}

class AlarmList final : public Command {
 public:
  AlarmList()
      : Command{{.use = "list",
                 .summary = "List the alarms",
                 .description = "Lists the alarms: NOSPACE, a member's database has reached its "
                                "limit; CORRUPT, a member holds something\nelse than the others.",
                 .examples = "",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (!args.empty()) return bad_args("alarm list command accepts no arguments");
    const auto response = context.ask<pb::AlarmResponse>(kMethod, list_request());
    if (!response) return response.error();
    return context.printer().alarm(*response);
  }
};

class AlarmDisarm final : public Command {
 public:
  AlarmDisarm()
      : Command{{.use = "disarm",
                 .summary = "Take back all alarms",
                 .description = "Takes back all alarms and shows which. One whose cause is still "
                                "there comes back.",
                 .examples = "",
                 .group = Group::none}} {}

  // One after the other: the server takes back one at a time.
  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (!args.empty()) return bad_args("alarm disarm command accepts no arguments");
    const auto active = context.ask<pb::AlarmResponse>(kMethod, list_request());
    if (!active) return active.error();
    pb::AlarmResponse disarmed;
    for (const pb::AlarmMember& alarm : active->alarms()) {
      pb::AlarmRequest request;
      request.set_action(pb::AlarmRequest::DEACTIVATE);
      request.set_memberid(alarm.memberid());
      request.set_alarm(alarm.alarm());
      const auto response = context.ask<pb::AlarmResponse>(kMethod, request);
      if (!response) return response.error();
      disarmed.mutable_alarms()->MergeFrom(response->alarms());
    }
    return context.printer().alarm(disarmed);
  }
};

}  // namespace

std::unique_ptr<Command> make_alarm() {
  auto group = std::make_unique<CommandGroup>(About{.use = "alarm <subcommand>",
                                                    .summary = "Show alarms and take them back",
                                                    .description = "",
                                                    .examples = "",
                                                    .group = Group::maintenance});
  group->add(std::make_unique<AlarmDisarm>());
  group->add(std::make_unique<AlarmList>());
  return group;
}

}  // namespace quorate::ctl
