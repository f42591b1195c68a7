#include <cctype>
#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/go_text.h"
#include "ctl/cli/go_number.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/kv_requests.h"
#include "ctl/context.h"

namespace quorate::ctl {
namespace {

std::vector<std::string> split_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (;;) {
    const auto comma = text.find(',', from);
    parts.push_back(text.substr(from, comma - from));
    if (comma == std::string::npos) return parts;
    from = comma + 1;
  }
}

// The one argument of remove, update and promote.
Outcome<std::uint64_t> member_id(const std::vector<std::string>& args) {
  if (args.size() != 1) return bad_args("member ID is not provided");
  const auto id = parse_uint(args[0], 16);
  if (!id) {
    return bad_args(fmt::format("bad member ID arg ({}), expecting ID in Hex", id.error().message));
  }
  return *id;
}

class MemberAdd final : public Command {
 public:
  MemberAdd()
      : Command{{.use = "add <memberName> [options]",
                 .summary = "Announce a new member",
                 .description = "Announces a new member to the cluster and prints the settings to "
                                "start it with.",
                 .examples = "  quoratectl member add m4 --peer-urls=http://10.0.0.4:2380\n"
                             "  quoratectl member add m4 --peer-urls=http://10.0.0.4:2380 "
                             "--learner",
                 .group = Group::none}} {
    flags().add("peer-urls", peer_urls_, "where the other members reach it, comma separated");
    flags().add("learner", is_learner_, "it takes part without a vote until it is promoted");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.empty()) return bad_args("member name not provided");
    if (args.size() > 1) return too_many(args);
    if (peer_urls_.empty()) return bad_args("member peer urls not provided");
    pb::MemberAddRequest request;
    for (std::string& url : split_commas(peer_urls_)) request.add_peerurls(std::move(url));
    request.set_islearner(is_learner_);
    const auto response =
        context.ask<pb::MemberAddResponse>("/etcdserverpb.Cluster/MemberAdd", request);
    if (!response) return response.error();
    if (auto printed = context.printer().member_add(*response); !printed) return printed;
    if (context.printer().format() == OutputFormat::simple) {
      show_settings(context.out(), args[0], *response);
    }
    return {};
  }

 private:
  static Failure too_many(const std::vector<std::string>& args) {
    std::string text = "too many arguments";
    for (const std::string& arg : args) {
      std::string start = arg.substr(0, 4);
      for (char& c : start) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (start == "http") text += ", did you mean --peer-urls=" + arg;
    }
    return bad_args(std::move(text));
  }

  // What the new member is to be started with, as environment variables.
  void show_settings(std::ostream& out, const std::string& name,
                     const pb::MemberAddResponse& response) const {
    std::vector<std::string> cluster;
    for (const pb::Member& member : response.members()) {
      const bool is_new = member.id() == response.member().id();
      for (const std::string& url : member.peerurls()) {
        cluster.push_back((is_new ? name : member.name()) + '=' + url);
      }
    }
    out << "\nETCD_NAME=" << go_quoted(name)
        << "\nETCD_INITIAL_CLUSTER=" << go_quoted(fmt::format("{}", fmt::join(cluster, ",")))
        << "\nETCD_INITIAL_ADVERTISE_PEER_URLS=" << go_quoted(peer_urls_)
        << "\nETCD_INITIAL_CLUSTER_STATE=\"existing\"\n";
  }

  std::string peer_urls_;
  bool is_learner_ = false;
};

class MemberRemove final : public Command {
 public:
  MemberRemove()
      : Command{{.use = "remove <memberID>",
                 .summary = "Take a member out of the cluster",
                 .description = "",
                 .examples = "  quoratectl member remove 8e9e05c52164694d",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    const auto id = member_id(args);
    if (!id) return id.error();
    pb::MemberRemoveRequest request;
    request.set_id(*id);
    const auto response =
        context.ask<pb::MemberRemoveResponse>("/etcdserverpb.Cluster/MemberRemove", request);
    if (!response) return response.error();
    return context.printer().member_remove(*id, *response);
  }
};

class MemberUpdate final : public Command {
 public:
  MemberUpdate()
      : Command{{.use = "update <memberID> [options]",
                 .summary = "Change a member's peer addresses",
                 .description = "Tells the cluster where a member is reached from now on.",
                 .examples = "  quoratectl member update 8e9e05c52164694d "
                             "--peer-urls=http://10.0.0.5:2380",
                 .group = Group::none}} {
    flags().add("peer-urls", peer_urls_, "where the other members reach it, comma separated");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    const auto id = member_id(args);
    if (!id) return id.error();
    if (peer_urls_.empty()) return bad_args("member peer urls not provided");
    pb::MemberUpdateRequest request;
    request.set_id(*id);
    for (std::string& url : split_commas(peer_urls_)) request.add_peerurls(std::move(url));
    const auto response =
        context.ask<pb::MemberUpdateResponse>("/etcdserverpb.Cluster/MemberUpdate", request);
    if (!response) return response.error();
    return context.printer().member_update(*id, *response);
  }

 private:
  std::string peer_urls_;
};

class MemberPromote final : public Command {
 public:
  MemberPromote()
      : Command{{.use = "promote <memberID>",
                 .summary = "Give a learner its vote",
                 .description = "Gives a learner that has caught up its vote.",
                 .examples = "  quoratectl member promote 8e9e05c52164694d",
                 .group = Group::none}} {}

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    const auto id = member_id(args);
    if (!id) return id.error();
    pb::MemberPromoteRequest request;
    request.set_id(*id);
    const auto response =
        context.ask<pb::MemberPromoteResponse>("/etcdserverpb.Cluster/MemberPromote", request);
    if (!response) return response.error();
    return context.printer().member_promote(*id, *response);
  }
};

class MemberList final : public Command {
 public:
  MemberList()
      : Command{{.use = "list",
                 .summary = "List the members",
                 .description = "Lists the members: id, whether it has started, name, peer "
                                "addresses, client addresses, whether it is a\nlearner.",
                 .examples = "  quoratectl member list\n"
                             "  quoratectl member list -w table\n"
                             "  quoratectl member list --consistency=s # also without a leader",
                 .group = Group::none}} {
    flags().add("consistency", consistency_,
                "l: what a majority knows (linearizable), s: what the member knows (serializable)");
  }

  Outcome<> run(Context& context, const std::vector<std::string>&) override {
    const auto serializable = is_serializable(consistency_);
    if (!serializable) return serializable.error();
    pb::MemberListRequest request;
    request.set_linearizable(!*serializable);
    const auto response =
        context.ask<pb::MemberListResponse>("/etcdserverpb.Cluster/MemberList", request);
    if (!response) return response.error();
    return context.printer().member_list(*response);
  }

 private:
  std::string consistency_ = "l";
};

}  // namespace

std::unique_ptr<Command> make_member() {
  auto group = std::make_unique<CommandGroup>(
      About{.use = "member <subcommand>",
            .summary = "Show and change who is in the cluster",
            .description = "Shows and changes who is in the cluster.",
            .examples = "",
            .group = Group::maintenance});
  group->add(std::make_unique<MemberAdd>());
  group->add(std::make_unique<MemberRemove>());
  group->add(std::make_unique<MemberUpdate>());
  group->add(std::make_unique<MemberList>());
  group->add(std::make_unique<MemberPromote>());
  return group;
}

}  // namespace quorate::ctl
