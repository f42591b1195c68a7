#include <algorithm>
#include <ostream>

#include "ctl/client/key_range.h"
#include "ctl/client/place.h"
#include "ctl/client/watcher.h"
#include "ctl/commands/commands.h"
#include "ctl/context.h"
#include "ctl/stop_signals.h"

namespace quorate::ctl {
namespace {

// Follows an election: shows who leads, and each change of that.
class Observer {
 public:
  Observer(Context& context, Client& client, const std::string& name)
      : context_{context}, client_{client}, prefix_{name + '/'} {}

  // Shows one leader after the other, until it fails or is interrupted.
  Outcome<> follow();

 private:
  Status wait_for_leader();
  Status follow_leader();
  Visit show_new();
  Visit show(const pb::RangeResponse& leader);

  Context& context_;
  Client& client_;
  const std::string prefix_;
  pb::RangeResponse leader_;  // the header, the key
  Outcome<> shown_{boost::system::in_place_value};
};

Outcome<> Observer::follow() {
  const Failure lost{kExitError, "elect: observer lost"};
  for (;;) {
    auto found = client_.call<pb::RangeResponse>("/etcdserverpb.KV/Range",
                                                 one_below(prefix_, Created::first), std::nullopt);
    if (!found) return lost;
    leader_ = std::move(*found);
    if (leader_.kvs().empty() && !wait_for_leader()) return lost;
    if (show_new() == Visit::done) return shown_;
    if (!follow_leader()) return lost;
    if (!shown_) return shown_;
  }
}

// The first key that is put leads.
Status Observer::wait_for_leader() {
  pb::WatchCreateRequest watch;
  watch.set_key(prefix_);
  watch.set_range_end(prefix_end(prefix_));
  watch.set_start_revision(leader_.header().revision() + 1);
  return watch_until(client_, watch, [&](const pb::WatchResponse& response) {
    const auto& events = response.events();
    const auto put = std::find_if(events.begin(), events.end(), [](const mvccpb::Event& event) {
      return event.type() == mvccpb::Event::PUT;
    });
    if (put == events.end()) return Visit::go_on;
    *leader_.mutable_header() = response.header();
    leader_.mutable_header()->set_revision(put->kv().mod_revision());
    *leader_.add_kvs() = put->kv();
    return Visit::done;
  });
}

// Until it resigns or is gone. What it proclaims meanwhile is shown.
Status Observer::follow_leader() {
  pb::WatchCreateRequest watch;
  watch.set_key(leader_.kvs(0).key());
  watch.set_start_revision(leader_.header().revision() + 1);
  return watch_until(client_, watch, [&](const pb::WatchResponse& response) {
    for (const mvccpb::Event& event : response.events()) {
      if (event.type() == mvccpb::Event::DELETE) return Visit::done;
      *leader_.mutable_header() = response.header();
      *leader_.mutable_kvs(0) = event.kv();
      if (show(leader_) == Visit::done) return Visit::done;
    }
    return Visit::go_on;
  });
}

// As etcdctl: a new leader stands for itself, without the count of the answer it came with.
Visit Observer::show_new() {
  pb::RangeResponse leader = leader_;
  leader.clear_more();
  leader.clear_count();
  return show(leader);
}

// Done when it cannot be shown in this form.
Visit Observer::show(const pb::RangeResponse& leader) {
  shown_ = context_.printer().get(leader);
  context_.out().flush();
  return shown_ ? Visit::go_on : Visit::done;
}

class Elect final : public Command {
 public:
  Elect()
      : Command{{.use = "elect <election-name> [proposal]",
                 .summary = "Take part in an election, or follow one",
                 .description =
                     "Waits until it leads, prints its key and proposal, and leads until it is "
                     "interrupted. With --listen,\nprints each leader's key and proposal instead.",
                 .examples = "  quoratectl elect primary node1\n"
                             "  quoratectl elect --listen primary",
                 .group = Group::concurrency}} {
    flags().add("listen,l", is_listener_, "follow the election instead of taking part");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override {
    if (args.empty() || args.size() > 2) {
      return bad_args("elect takes one election name argument and an optional proposal argument");
    }
    if (!is_listener_ && args.size() == 1) return bad_args("no proposal argument but -l not set");
    if (is_listener_ && args.size() == 2) return bad_args("proposal given but -l is set");
    const auto client = context.connect();
    if (!client) return client.error();
    return is_listener_ ? listen(context, **client, args[0])
                        : campaign(context, **client, args[0], args[1]);
  }

 private:
  static Outcome<> listen(Context& context, Client& client, const std::string& name);
  static Outcome<> campaign(Context& context, Client& client, const std::string& name,
                            const std::string& proposal);
  static Outcome<> lead(Context& context, Client& client, const Place& place);

  bool is_listener_ = false;
};

Outcome<> Elect::listen(Context& context, Client& client, const std::string& name) {
  const StopSignals signals{context.loop()};
  client.interrupt_when([&] { return signals.has_come(); });
  auto end = Observer{context, client, name}.follow();
  client.interrupt_when(nullptr);
  if (signals.has_come()) return {};
  return end;
}

Outcome<> Elect::campaign(Context& context, Client& client, const std::string& name,
                          const std::string& proposal) {
  const auto session = Session::begin(client, Session::kTtlSecondsDefault);
  if (!session) return Failure{kExitError, error_text(session.error())};
  const StopSignals signals{context.loop()};
  client.interrupt_when([&] { return signals.has_come() || (*session)->is_lost(); });
  auto place = Place::take(client, **session, name, proposal);
  Outcome<> done = place ? place->wait() : Outcome<>{place.error()};
  if (done) done = lead(context, client, *place);
  client.interrupt_when(nullptr);
  if ((*session)->is_lost()) return Failure{kExitError, "elect: session expired"};
  if (!place) return done;
  const auto left = place->leave(context.deadline());
  return done ? left : done;
}

Outcome<> Elect::lead(Context& context, Client& client, const Place& place) {
  pb::RangeRequest request;
  request.set_key(place.key());
  const auto key = client.call<pb::RangeResponse>("/etcdserverpb.KV/Range", request, std::nullopt);
  if (!key) return Failure{kExitError, error_text(key.error())};
  if (auto printed = context.printer().get(*key); !printed) return printed;
  context.out().flush();
  context.loop().run_until([&] { return client.is_interrupted(); });
  return {};
}

}  // namespace

std::unique_ptr<Command> make_elect() {
  return std::make_unique<Elect>();
}

}  // namespace quorate::ctl
