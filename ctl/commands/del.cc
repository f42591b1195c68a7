#include "ctl/commands/commands.h"
#include "ctl/commands/kv_requests.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

class Del final : public Command {
 public:
  Del()
      : Command{{.use = "del [options] <key> [range_end]",
                 .summary = "Delete a key, or many",
                 .description = "Removes the key, or the keys from <key> up to but not including "
                                "[range_end], and prints how many\nthere were.",
                 .examples = "  quoratectl del foo\n"
                             "  quoratectl del --prefix app/\n"
                             "  quoratectl del --range a m            # a <= key < m\n"
                             "  quoratectl del foo --prev-kv          # shows what was deleted",
                 .group = Group::key_value}} {
    del_.declare(flags());
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    const auto request = del_.request(args, context.err());
    if (!request) return request.error();
    const auto response =
        context.ask<pb::DeleteRangeResponse>("/etcdserverpb.KV/DeleteRange", *request);
    if (!response) return response.error();
    return context.printer().del(*response);
  }

 private:
  DelFlags del_;
};

}  // namespace

std::unique_ptr<Command> make_del() {
  return std::make_unique<Del>();
}

}  // namespace quorate::ctl
