#include "ctl/commands/commands.h"
#include "ctl/commands/kv_requests.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

class Put final : public Command {
 public:
  Put()
      : Command{{.use = "put [options] <key> <value> (<value> can also be given from stdin)",
                 .summary = "Give a key a value",
                 .description =
                     "Gives the key a value.\n\n"
                     "Without <value> (and without --ignore-value) the value is all of standard "
                     "input, as it comes.\nA value that begins with '-' would be taken for a "
                     "flag: put '--' before it.",
                 .examples = "  quoratectl put foo bar\n"
                             "  quoratectl put config < config.yaml\n"
                             "  quoratectl put -- temperature -5\n"
                             "  quoratectl put lock me --lease=32695410dcc0ca06\n"
                             "  quoratectl put foo bar --prev-kv      # also shows what was there",
                 .group = Group::key_value}} {
    put_.declare(flags());
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    const auto request = put_.request(args);
    if (!request) return request.error();
    const auto response = context.ask<pb::PutResponse>("/etcdserverpb.KV/Put", *request);
    if (!response) return response.error();
    return context.printer().put(*response);
  }

 private:
  PutFlags put_;
};

}  // namespace

std::unique_ptr<Command> make_put() {
  return std::make_unique<Put>();
}

}  // namespace quorate::ctl
