#include "ctl/commands/commands.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

Outcome<> ask_downgrade(Context& context, const char* name,
                        pb::DowngradeRequest::DowngradeAction action, const std::string& version) {
  pb::DowngradeRequest request;
  request.set_action(action);
  request.set_version(version);
  const auto response =
      context.ask<pb::DowngradeResponse>("/etcdserverpb.Maintenance/Downgrade", request);
  if (!response) return response.error();
  return context.printer().downgrade(name, *response);
}

// `validate` and `enable`, which take a version.
class DowngradeTo final : public Command {
 public:
  DowngradeTo(const char* name, pb::DowngradeRequest::DowngradeAction action, About about)
      : Command{std::move(about)}, name_{name}, action_{action} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.empty()) return bad_args("TARGET_VERSION not provided");
    if (args.size() > 1) return bad_args("too many arguments");
    if (args[0].empty()) return bad_args("target version not provided");
    return ask_downgrade(context, name_, action_, args[0]);
  }

 private:
  const char* const name_;
  const pb::DowngradeRequest::DowngradeAction action_;
};

class DowngradeCancel final : public Command {
 public:
  DowngradeCancel()
      : Command{{.use = "cancel",
                 .summary = "Give up a downgrade that has begun",
                 .description = "",
                 .examples = "",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>&) override {
    return ask_downgrade(context, "cancel", pb::DowngradeRequest::CANCEL, "");
  }
};

}  // namespace

std::unique_ptr<Command> make_downgrade() {
  auto group = std::make_unique<CommandGroup>(
      About{.use = "downgrade <TARGET_VERSION>",
            .summary = "Prepare the cluster for an older version",
            .description = "Prepares the cluster for members of an older version.",
            .examples = "",
            .group = Group::maintenance});
  group->add(std::make_unique<DowngradeTo>(
      "validate", pb::DowngradeRequest::VALIDATE,
      About{.use = "validate <TARGET_VERSION>",
            .summary = "Check that the cluster could go back to a version",
            .description = "",
            .examples = "  quoratectl downgrade validate 3.6",
            .group = Group::none}));
  group->add(std::make_unique<DowngradeTo>("enable", pb::DowngradeRequest::ENABLE,
                                           About{.use = "enable <TARGET_VERSION>",
                                                 .summary = "Let members of an older version join",
                                                 .description = "",
                                                 .examples = "  quoratectl downgrade enable 3.6",
                                                 .group = Group::none}));
  group->add(std::make_unique<DowngradeCancel>());
  return group;
}

}  // namespace quorate::ctl
