#include <ostream>

#include <fmt/format.h>

#include "ctl/client/keep_alive.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/lease_id.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

class LeaseKeepAlive final : public Command {
 public:
  LeaseKeepAlive()
      : Command{{.use = "keep-alive [options] <leaseID>",
                 .summary = "Keep a lease from running out",
                 .description = "Keeps a lease from running out until it is interrupted, or the "
                                "lease is gone all the same.",
                 .examples = "  quoratectl lease keep-alive 32695410dcc0ca06\n"
                             "  quoratectl lease keep-alive 32695410dcc0ca06 --once",
                 .group = Group::none}} {
    flags().add("once", is_once_, "let it begin anew once, and end");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.size() != 1) return bad_args("lease keep-alive command needs lease ID as argument");
    const auto id = lease_id(args[0]);
    if (!id) return id.error();
    const auto client = context.connect();
    if (!client) return client.error();
    if (!is_once_) return keep(context, **client, *id);
    const auto answer = keep_alive_once(**client, *id);
    if (!answer) return Failure{kExitBadConnection, error_text(answer.error())};
    return context.printer().keep_alive(*answer);
  }

 private:
  static Outcome<> keep(Context& context, Client& client, std::int64_t id);

  bool is_once_ = false;
};

Outcome<> LeaseKeepAlive::keep(Context& context, Client& client, std::int64_t id) {
  Outcome<> printed{boost::system::in_place_value};
  bool is_lost = false;
  const KeepAlive keep_alive{client,
                             id,
                             {.renewed =
                                  [&](const pb::LeaseKeepAliveResponse& answer) {
                                    printed = context.printer().keep_alive(answer);
                                    context.out().flush();
                                  },
                              .lost = [&] { is_lost = true; }}};
  context.loop().run_until([&] { return is_lost || !printed; });
  if (!printed) return printed;
  if (context.printer().format() == OutputFormat::simple) {
    context.out() << fmt::format("lease {:016x} expired or revoked.\n",
                                 static_cast<std::uint64_t>(id));
  }
  return {};
}

}  // namespace

std::unique_ptr<Command> make_lease_keep_alive() {
  return std::make_unique<LeaseKeepAlive>();
}

}  // namespace quorate::ctl
