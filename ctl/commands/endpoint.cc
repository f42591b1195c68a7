#include <algorithm>
#include <functional>
#include <ostream>

#include <fmt/format.h>

#include "common/go_text.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/endpoint_list.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

using Instant = EventLoop::Instant;

// Read after the environment was taken in, which may say so too.
Scope scope_of(bool is_cluster) {
  return is_cluster ? Scope::cluster : Scope::given;
}

// ---- health

// Whether one endpoint takes part in a quorum: a linearizable read, then the alarms.
class HealthCheck {
 public:
  HealthCheck(const std::string& endpoint, std::unique_ptr<Client> client, Deadline deadline,
              std::function<void(EndpointHealth)> done)
      : client_{std::move(client)},
        deadline_{deadline},
        done_{std::move(done)},
        began_{std::chrono::steady_clock::now()} {
    health_.endpoint = endpoint;
    ask_read();
  }

 private:
  void ask_read() {
    pb::RangeRequest request;
    request.set_key("health");
    call_ = grpc::start_unary<pb::RangeResponse>(
        client_->channel(), "/etcdserverpb.KV/Range", request, client_->options(deadline_),
        [this](Result<pb::RangeResponse> answer) {
          health_.took = go_duration(std::chrono::steady_clock::now() - began_);
          // A refusal by permission has gone through a quorum all the same.
          if (!answer && answer.error().code != Code::permission_denied) {
            finish(error_text(answer.error()));
          } else {
            ask_alarms();
          }
        });
  }

  void ask_alarms() {
    pb::AlarmRequest request;
    request.set_action(pb::AlarmRequest::GET);
    call_ = grpc::start_unary<pb::AlarmResponse>(
        client_->channel(), "/etcdserverpb.Maintenance/Alarm", request, client_->options(deadline_),
        [this](Result<pb::AlarmResponse> answer) {
          finish(answer ? alarm_text(*answer) : "Unable to fetch the alarm list");
        });
  }

  static std::string alarm_text(const pb::AlarmResponse& answer) {
    if (answer.alarms().empty()) return {};
    std::string text = "Active Alarm(s): ";
    for (const pb::AlarmMember& alarm : answer.alarms()) {
      const bool is_known = alarm.alarm() == pb::NOSPACE || alarm.alarm() == pb::CORRUPT;
      text += (is_known ? pb::AlarmType_Name(alarm.alarm()) : "UNKNOWN") + ' ';
    }
    return text;
  }

  void finish(std::string error) {
    health_.is_healthy = error.empty();
    health_.error = std::move(error);
    done_(health_);
  }

  std::unique_ptr<Client> client_;
  Deadline deadline_;
  std::function<void(EndpointHealth)> done_;
  Instant began_;
  EndpointHealth health_;
  grpc::Call call_;
};

class Health final : public Command {
 public:
  explicit Health(const bool& is_cluster)
      : Command{{.use = "health",
                 .summary = "Check that endpoints take part in a quorum",
                 .description = "Reads through each endpoint what a majority agrees on, and looks "
                                "for alarms. Ends with status 1 unless\nall are well.",
                 .examples = "  quoratectl endpoint health\n"
                             "  quoratectl endpoint health --cluster -w table",
                 .group = Group::none}},
        is_cluster_{is_cluster} {}

  Outcome<> run(Context& context, const std::vector<std::string>&) override;

 private:
  const bool& is_cluster_;
};

// All at once, in the order in which they answer.
Outcome<> Health::run(Context& context, const std::vector<std::string>&) {
  if (const auto config = context.client_config(); !config) return config.error();
  const auto endpoints = endpoints_of(context, scope_of(is_cluster_));
  if (!endpoints) return endpoints.error();
  std::vector<EndpointHealth> list;
  std::vector<std::unique_ptr<HealthCheck>> checks;
  for (const std::string& endpoint : *endpoints) {
    auto client = context.connect_to(endpoint);
    if (!client && client.error().status == kExitBadArgs) return client.error();
    if (!client) {
      list.push_back({endpoint, false, "", client.error().text});
      continue;
    }
    checks.push_back(std::make_unique<HealthCheck>(
        endpoint, std::move(*client), context.deadline(),
        [&list](EndpointHealth health) { list.push_back(std::move(health)); }));
  }
  context.loop().run_until([&] { return list.size() == endpoints->size(); });
  const bool is_well = std::all_of(list.begin(), list.end(),
                                   [](const EndpointHealth& each) { return each.error.empty(); });
  if (auto printed = context.printer().endpoint_health(list); !printed) return printed;
  if (!is_well) return Failure{kExitError, "unhealthy cluster"};
  return {};
}

// ---- status and hashkv, which ask one endpoint after the other

// Asks each endpoint in turn; what fails is said on stderr as "Failed to get the WHAT of endpoint
// E (ERROR)" and returned.
template <class Entry, class Ask>
Outcome<std::vector<Error>> ask_each(Context& context, const bool& is_cluster, const char* what,
                                     std::vector<Entry>& entries, Ask ask) {
  if (const auto config = context.client_config(); !config) return config.error();
  const auto endpoints = endpoints_of(context, scope_of(is_cluster));
  if (!endpoints) return endpoints.error();
  std::vector<Error> errors;
  for (const std::string& endpoint : *endpoints) {
    const auto client = context.connect_to(endpoint);
    if (!client) return client.error();
    auto answer = ask(**client);
    if (answer) {
      entries.push_back({endpoint, std::move(*answer)});
      continue;
    }
    context.err() << fmt::format("Failed to get the {} of endpoint {} ({})\n", what, endpoint,
                                 error_text(answer.error()));
    errors.push_back(answer.error());
  }
  return errors;
}

class EndpointStatusCommand final : public Command {
 public:
  explicit EndpointStatusCommand(const bool& is_cluster)
      : Command{{.use = "status",
                 .summary = "Show how endpoints are doing",
                 .description =
                     "Prints for each endpoint: endpoint, ID, version, storage version, db size, "
                     "in use, percentage not in use,\nquota, is leader, is learner, raft term, "
                     "raft index, raft applied index, errors, downgrade target version,\n"
                     "downgrade enabled.",
                 .examples = "  quoratectl endpoint status --cluster -w table\n"
                             "  quoratectl endpoint status -w json",
                 .group = Group::none}},
        is_cluster_{is_cluster} {}

  Outcome<> run(Context& context, const std::vector<std::string>&) override {
    std::vector<EndpointStatus> list;
    const auto errors = ask_each(context, is_cluster_, "status", list, [&](Client& client) {
      return client.call<pb::StatusResponse>("/etcdserverpb.Maintenance/Status",
                                             pb::StatusRequest{}, context.deadline());
    });
    if (!errors) return errors.error();
    if (auto printed = context.printer().endpoint_status(list); !printed) return printed;
    if (!errors->empty()) return Failure{kExitError, {}};
    return {};
  }

 private:
  const bool& is_cluster_;
};

class HashKv final : public Command {
 public:
  explicit HashKv(const bool& is_cluster)
      : Command{{.use = "hashkv",
                 .summary = "Compare what endpoints hold, by hash",
                 .description =
                     "Prints the hash of the key-value history of each endpoint: members "
                     "that agree at the same revision have\nthe same one.",
                 .examples = "  quoratectl endpoint hashkv --cluster --rev=1000",
                 .group = Group::none}},
        is_cluster_{is_cluster} {
    flags().add("rev", revision_, "newest revision to take in (0: the newest there is)");
  }

  Outcome<> run(Context& context, const std::vector<std::string>&) override {
    pb::HashKVRequest request;
    request.set_revision(revision_);
    std::vector<EndpointHash> list;
    const auto errors = ask_each(context, is_cluster_, "hash", list, [&](Client& client) {
      return client.call<pb::HashKVResponse>("/etcdserverpb.Maintenance/HashKV", request,
                                             context.deadline());
    });
    if (!errors) return errors.error();
    if (auto printed = context.printer().endpoint_hash(list); !printed) return printed;
    if (!errors->empty()) return Failure{kExitError, error_text(errors->back())};
    return {};
  }

 private:
  const bool& is_cluster_;
  std::int64_t revision_ = 0;
};

class Endpoint final : public Command {
 public:
  Endpoint()
      : Command{{.use = "endpoint <subcommand>",
                 .summary = "Look at members one by one",
                 .description = "Looks at members one by one.",
                 .examples = "",
                 .group = Group::maintenance}} {
    shared_flags().add("cluster", is_cluster_,
                       "ask all members of the cluster, not only --endpoints");
    add(std::make_unique<Health>(is_cluster_));
    add(std::make_unique<EndpointStatusCommand>(is_cluster_));
    add(std::make_unique<HashKv>(is_cluster_));
  }

  Outcome<> run(Context&, const std::vector<std::string>&) override { return {}; }
  [[nodiscard]] bool is_runnable() const override { return false; }

 private:
  bool is_cluster_ = false;
};

}  // namespace

std::unique_ptr<Command> make_endpoint() {
  return std::make_unique<Endpoint>();
}

}  // namespace quorate::ctl
