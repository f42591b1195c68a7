#include <ostream>

#include "ctl/commands/commands.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

// The release of etcdctl whose command line this is, which scripts look for; and our own.
constexpr const char* kEtcdctlVersion = "3.7.1";
constexpr const char* kApiVersion = "3.7";

class Version final : public Command {
 public:
  Version()
      : Command{{.use = "version",
                 .summary = "Print the version of etcdctl this equals, and its own",
                 .description = "",
                 .examples = "",
                 .group = Group::utility}} {}

  Outcome<> run(Context& context, const std::vector<std::string>&) override {
    context.out() << "etcdctl version: " << kEtcdctlVersion << "\nAPI version: " << kApiVersion
                  << "\nquoratectl version: " << QUORATE_VERSION << '\n';
    return {};
  }
};

}  // namespace

std::unique_ptr<Command> make_version() {
  return std::make_unique<Version>();
}

}  // namespace quorate::ctl
