#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "ctl/client/key_range.h"
#include "ctl/client/watcher.h"
#include "ctl/commands/commands.h"
#include "ctl/context.h"
#include "ctl/output/progress_line.h"

namespace quorate::ctl {
namespace {

constexpr std::int64_t kPageKeys = 1000;  // copied with one read
constexpr std::chrono::seconds kCountEvery{30};

struct MirrorPlan {
  std::string prefix;
  std::string dest_prefix;
  std::int64_t revision = 0;  // above 1: only what happens from there on
  std::uint64_t txn_ops_max = 128;
};

// Copies what is there, then follows what happens.
class Mirror {
 public:
  Mirror(Context& context, Client& source, Client& destination, MirrorPlan plan)
      : context_{context},
        source_{source},
        destination_{destination},
        plan_{std::move(plan)},
        count_timer_{context.loop()},
        progress_{context.err()} {}

  // Ends with an error only.
  Status run();

 private:
  Status copy();
  Status copy_page(const pb::RangeResponse& page);
  Status follow();
  Status apply(const pb::WatchResponse& response);
  Status commit(pb::TxnRequest& request);
  void print_count_later();
  void count();
  [[nodiscard]] std::string renamed(const std::string& key) const;

  Context& context_;
  Client& source_;
  Client& destination_;
  const MirrorPlan plan_;
  Timer count_timer_;
  ProgressLine progress_;
  std::uint64_t total_ = 0;    // keys copied and changes followed
  std::int64_t revision_ = 0;  // up to which everything is mirrored
};

Status Mirror::run() {
  print_count_later();
  if (plan_.revision > 1) {
    revision_ = plan_.revision - 1;
  } else if (Status done = copy(); !done) {
    return done;
  }
  return follow();
}

// All pages as they are at the revision of the first one.
Status Mirror::copy() {
  pb::RangeRequest request;
  request.set_key(plan_.prefix.empty() ? std::string(1, '\0') : plan_.prefix);
  request.set_range_end(prefix_end(plan_.prefix));
  request.set_limit(kPageKeys);
  for (;;) {
    const auto page =
        source_.call<pb::RangeResponse>("/etcdserverpb.KV/Range", request, std::nullopt);
    if (!page) return page.error();
    if (revision_ == 0) revision_ = page->header().revision();
    request.set_revision(revision_);
    if (Status done = copy_page(*page); !done) return done;
    if (!page->more()) return {};
    request.set_key(page->kvs().rbegin()->key() + '\0');
  }
}

Status Mirror::copy_page(const pb::RangeResponse& page) {
  for (const mvccpb::KeyValue& kv : page.kvs()) {
    pb::PutRequest request;
    request.set_key(renamed(kv.key()));
    request.set_value(kv.value());
    const auto done =
        destination_.call<pb::PutResponse>("/etcdserverpb.KV/Put", request, std::nullopt);
    if (!done) return done.error();
    count();
  }
  return {};
}

Status Mirror::follow() {
  pb::WatchCreateRequest request;
  request.set_key(plan_.prefix.empty() ? std::string(1, '\0') : plan_.prefix);
  request.set_range_end(prefix_end(plan_.prefix));
  request.set_start_revision(revision_ + 1);
  Status applied;
  const Status watched = watch_until(source_, request, [&](const pb::WatchResponse& response) {
    applied = apply(response);
    return applied ? Visit::go_on : Visit::done;
  });
  return applied ? watched : applied;
}

// What happened together happens together: one transaction for each revision, or several when it
// is too large for the destination.
Status Mirror::apply(const pb::WatchResponse& response) {
  pb::TxnRequest request;
  std::int64_t revision = 0;
  for (const mvccpb::Event& event : response.events()) {
    const bool is_next = revision != 0 && event.kv().mod_revision() > revision;
    const bool is_full = static_cast<std::uint64_t>(request.success_size()) == plan_.txn_ops_max;
    if (is_next || is_full) {
      if (Status done = commit(request); !done) return done;
    }
    revision = event.kv().mod_revision();
    pb::RequestOp* op = request.add_success();
    if (event.type() == mvccpb::Event::PUT) {
      op->mutable_request_put()->set_key(renamed(event.kv().key()));
      op->mutable_request_put()->set_value(event.kv().value());
    } else {
      op->mutable_request_delete_range()->set_key(renamed(event.kv().key()));
    }
    revision_ = revision;
    count();
  }
  return request.success().empty() ? Status{} : commit(request);
}

Status Mirror::commit(pb::TxnRequest& request) {
  const auto done =
      destination_.call<pb::TxnResponse>("/etcdserverpb.KV/Txn", request, std::nullopt);
  request.Clear();
  if (!done) return done.error();
  return {};
}

void Mirror::print_count_later() {
  count_timer_.set(kCountEvery, [this] {
    progress_.clear();
    context_.out() << total_ << '\n' << std::flush;
    print_count_later();
  });
}

void Mirror::count() {
  ++total_;
  if (progress_.is_due()) {
    progress_.show(
        fmt::format("{} keys and changes mirrored, up to revision {}", total_, revision_));
  }
}

// Only the first occurrence of the prefix is another one afterwards.
std::string Mirror::renamed(const std::string& key) const {
  const auto at = key.find(plan_.prefix);
  std::string name = key;
  return at == std::string::npos ? name : name.replace(at, plan_.prefix.size(), plan_.dest_prefix);
}

class MakeMirror final : public Command {
 public:
  MakeMirror();
  Outcome<> run(Context& context, const std::vector<std::string>& args) override;

 private:
  Outcome<std::unique_ptr<Client>> connect_destination(Context& context,
                                                       const std::string& endpoint) const;
  [[nodiscard]] MirrorPlan plan() const;

  std::string prefix_;
  std::string dest_prefix_;
  bool has_no_dest_prefix_ = false;
  std::int64_t revision_ = 0;
  std::uint64_t txn_ops_max_ = 128;
  grpc::TlsSettings dest_tls_;
  bool is_dest_insecure_ = true;
  std::string dest_user_;
  std::string dest_password_;
};

MakeMirror::MakeMirror()
    : Command{
          {.use = "make-mirror [options] <destination>",
           .summary = "Copy keys to another cluster, and go on copying",
           .description =
               "Copies the keys to another cluster and then makes every change there too, until "
               "it is interrupted. Prints\nevery 30 seconds how many keys and changes that "
               "were. Leases are not copied.",
           .examples = "  quoratectl make-mirror 10.1.0.1:2379\n"
                       "  quoratectl make-mirror --prefix=app/ --dest-prefix=copy/app/ "
                       "10.1.0.1:2379\n"
                       "  quoratectl make-mirror --rev=1000 10.1.0.1:2379 # goes on after a "
                       "pause",
           .group = Group::utility}} {
  flags().add("prefix", prefix_, "mirror only keys that begin with this");
  flags().add("dest-prefix", dest_prefix_, "what stands instead of --prefix in the mirror");
  flags().add("no-dest-prefix", has_no_dest_prefix_, "take --prefix away in the mirror");
  flags().add("rev", revision_,
              "mirror only changes, from this revision on (0: also what is there)");
  flags().add("max-txn-ops", txn_ops_max_, "most changes in one transaction of the destination");
  flags().add("dest-cert", dest_tls_.cert_file, "certificate to identify as there, a file in PEM");
  flags().add("dest-key", dest_tls_.key_file, "key of that certificate, a file in PEM");
  flags().add("dest-cacert", dest_tls_.ca_file, "authorities to trust there, a file in PEM");
  flags().add("dest-insecure-transport", is_dest_insecure_,
              "no TLS where neither the destination nor another flag asks for it");
  flags().add("dest-user", dest_user_, "user to log in as there, name[:password]");
  flags().add("dest-password", dest_password_, "password of --dest-user");
}

MirrorPlan MakeMirror::plan() const {
  MirrorPlan plan;
  plan.prefix = prefix_;
  plan.revision = revision_;
  plan.txn_ops_max = std::max<std::uint64_t>(txn_ops_max_, 1);
  // etcdctl takes an unset --dest-prefix for an empty one when it begins in the middle.
  const bool is_same = dest_prefix_.empty() && !has_no_dest_prefix_ && revision_ <= 1;
  plan.dest_prefix = is_same ? prefix_ : dest_prefix_;
  return plan;
}

Outcome<std::unique_ptr<Client>> MakeMirror::connect_destination(
    Context& context, const std::string& endpoint) const {
  auto config = context.client_config();
  if (!config) return config.error();
  config->endpoints = {endpoint};
  config->tls = dest_tls_;
  config->wants_tls = dest_tls_ != grpc::TlsSettings{} || !is_dest_insecure_;
  config->token.clear();
  config->credentials.reset();
  if (!dest_user_.empty()) {
    auto who = split_user(dest_user_, dest_password_, "Destination Password: ", context.out());
    if (!who) return who.error();
    if (!who->user.empty() && !who->password.empty()) config->credentials = std::move(*who);
  }
  return Client::make(context.loop(), *config, context.err());
}

Outcome<> MakeMirror::run(Context& context, const std::vector<std::string>& args) {
  if (args.size() != 1) return bad_args("make-mirror takes one destination argument");
  const auto destination = connect_destination(context, args[0]);
  if (!destination) return destination.error();
  const auto source = context.connect();
  if (!source) return source.error();
  if (has_no_dest_prefix_ && !dest_prefix_.empty()) {
    return bad_args(
        "`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose one");
  }
  const Status end = Mirror{context, **source, **destination, plan()}.run();
  return Failure{kExitError, error_text(end.error())};
}

}  // namespace

std::unique_ptr<Command> make_mirror() {
  return std::make_unique<MakeMirror>();
}

}  // namespace quorate::ctl
