#include <ostream>

#include <fmt/format.h>

#include "common/go_text.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/endpoint_list.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

class Defrag final : public Command {
 public:
  Defrag()
      : Command{{.use = "defrag",
                 .summary = "Give unused space of the database back to the disk",
                 .description =
                     "Gives unused space of the members' databases back to the disk, one member "
                     "after the other. An etcd\nmember answers nobody meanwhile; raise "
                     "--command-timeout where databases are large.",
                 .examples = "  quoratectl defrag --endpoints=10.0.0.1:2379\n"
                             "  quoratectl defrag --cluster --command-timeout=60s",
                 .group = Group::maintenance}} {
    flags().add("cluster", is_cluster_, "all members of the cluster, not only --endpoints");
  }

  Outcome<> run(Context& context, const std::vector<std::string>&) override {
    if (const auto config = context.client_config(); !config) return config.error();
    const auto endpoints = endpoints_of(context, is_cluster_ ? Scope::cluster : Scope::given);
    if (!endpoints) return endpoints.error();
    bool has_failed = false;
    for (const std::string& endpoint : *endpoints) {
      const auto client = context.connect_to(endpoint);
      if (!client) return client.error();
      const auto began = std::chrono::steady_clock::now();
      const auto response = (*client)->call<pb::DefragmentResponse>(
          "/etcdserverpb.Maintenance/Defragment", pb::DefragmentRequest{}, context.deadline());
      const std::string took = go_duration(std::chrono::steady_clock::now() - began);
      if (response) {
        context.out() << fmt::format("Finished defragmenting etcd member[{}]. took {}\n", endpoint,
                                     took)
                      << std::flush;
      } else {
        has_failed = true;
        context.err() << fmt::format("Failed to defragment etcd member[{}]. took {}. ({})\n",
                                     endpoint, took, error_text(response.error()));
      }
    }
    if (has_failed) return Failure{kExitError, {}};
    return {};
  }

 private:
  bool is_cluster_ = false;
};

}  // namespace

std::unique_ptr<Command> make_defrag() {
  return std::make_unique<Defrag>();
}

}  // namespace quorate::ctl
