#include "ctl/commands/check.h"

#include <array>
#include <ostream>

#include <fmt/format.h>

#include "common/go_text.h"
#include "ctl/client/key_range.h"
#include "ctl/commands/commands.h"

namespace quorate::ctl {

void CheckFlags::declare(FlagSet& flags, const std::string& what) {
  flags.add("load", load, "how much: s(mall), m(edium), l(arge) or xl (xLarge)");
  flags.add("prefix", prefix, "where the keys of the " + what + " check are put, and deleted");
  flags.add("auto-compact", auto_compact, "compact afterwards");
  flags.add("auto-defrag", auto_defrag, "defragment afterwards");
}

Outcome<LoadSize> CheckFlags::size() const {
  struct Name {
    const char* text;
    LoadSize size;
  };
  static constexpr std::array<Name, 8> kNames{{{"s", LoadSize::small},
                                               {"small", LoadSize::small},
                                               {"m", LoadSize::medium},
                                               {"medium", LoadSize::medium},
                                               {"l", LoadSize::large},
                                               {"large", LoadSize::large},
                                               {"xl", LoadSize::very_large},
                                               {"xLarge", LoadSize::very_large}}};
  for (const Name& name : kNames) {
    if (load == name.text) return name.size;
  }
  return Failure{kExitBadFeature, "unknown load option " + load};
}

namespace {

std::size_t client_count(LoadSize size) {
  static constexpr std::array<std::size_t, 4> kCounts{50, 200, 500, 1000};
  return kCounts[static_cast<std::size_t>(size)];
}

Outcome<> require_no_keys(Client& client, const std::string& prefix, const std::string& advice) {
  pb::RangeRequest request;
  request.set_key(prefix);
  request.set_range_end(prefix_end(prefix));
  request.set_limit(1);
  const auto found = client.call<pb::RangeResponse>("/etcdserverpb.KV/Range", request, {});
  if (!found) return Failure{kExitError, error_text(found.error())};
  if (found->kvs().empty()) return {};
  return Failure{kExitBadInput, fmt::format("prefix {} has keys. Delete with {} first",
                                            go_quoted(prefix), advice)};
}

Outcome<> compact(Context& context, Client& client, std::int64_t revision) {
  context.out() << "Compacting with revision " << revision << '\n' << std::flush;
  pb::CompactionRequest request;
  request.set_revision(revision);
  request.set_physical(true);
  const auto done = client.call<pb::CompactionResponse>("/etcdserverpb.KV/Compact", request, {});
  if (!done) return Failure{kExitError, error_text(done.error())};
  context.out() << "Compacted with revision " << revision << '\n';
  return {};
}

Outcome<> defragment(Context& context, const std::string& endpoint) {
  context.out() << "Defragmenting " << go_quoted(endpoint) << '\n' << std::flush;
  const auto client = context.connect_to(endpoint);
  if (!client) return client.error();
  const auto done = (*client)->call<pb::DefragmentResponse>("/etcdserverpb.Maintenance/Defragment",
                                                            pb::DefragmentRequest{}, {});
  if (!done) return Failure{kExitError, error_text(done.error())};
  context.out() << "Defragmented " << go_quoted(endpoint) << '\n';
  return {};
}

}  // namespace

Outcome<PutLoad::Clients> begin_check(Context& context, const CheckFlags& flags, LoadSize size,
                                      const std::string& advice) {
  PutLoad::Clients clients;
  while (clients.size() < client_count(size)) {
    auto client = context.connect();
    if (!client) return client.error();
    clients.push_back(std::move(*client));
    if (clients.size() > 1) continue;
    if (auto done = require_no_keys(*clients[0], flags.prefix, advice); !done) return done.error();
  }
  return clients;
}

Outcome<> clean_up(Context& context, Client& client, const CheckFlags& flags) {
  pb::DeleteRangeRequest request;
  request.set_key(flags.prefix);
  request.set_range_end(prefix_end(flags.prefix));
  const auto deleted =
      client.call<pb::DeleteRangeResponse>("/etcdserverpb.KV/DeleteRange", request, {});
  if (!deleted) return Failure{kExitError, error_text(deleted.error())};
  if (flags.auto_compact) {
    if (auto done = compact(context, client, deleted->header().revision()); !done) return done;
  }
  if (!flags.auto_defrag) return {};
  for (const std::string& endpoint : client.config().endpoints) {
    if (auto done = defragment(context, endpoint); !done) return done;
  }
  return {};
}

std::unique_ptr<Command> make_check() {
  auto group = std::make_unique<CommandGroup>(About{.use = "check <subcommand>",
                                                    .summary = "Measure what a cluster can take",
                                                    .description = "",
                                                    .examples = "",
                                                    .group = Group::utility});
  group->add(make_check_perf());
  group->add(make_check_datascale());
  return group;
}

}  // namespace quorate::ctl
