#include <ostream>

#include "ctl/child.h"
#include "ctl/client/place.h"
#include "ctl/commands/commands.h"
#include "ctl/context.h"
#include "ctl/stop_signals.h"

namespace quorate::ctl {
namespace {

class Lock final : public Command {
 public:
  Lock()
      : Command{{.use = "lock <lockname> [exec-command arg1 arg2 ...]",
                 .summary = "Hold a lock",
                 .description =
                     "Waits for the lock and holds it: until it is interrupted, or as long as the "
                     "command runs, whose\nexit status it then ends with. The command finds the "
                     "lock's key in ETCD_LOCK_KEY and the revision at\nwhich it was taken in "
                     "ETCD_LOCK_REV. A command with flags of its own stands behind --.\n\n"
                     "Whoever holds the lock and goes away without a word loses it when --ttl has "
                     "passed.",
                 .examples = "  quoratectl lock deploy ./deploy.sh\n"
                             "  quoratectl lock deploy -- sh -c 'echo I have $ETCD_LOCK_KEY'\n"
                             "  quoratectl lock deploy               # prints the key when it has "
                             "the lock",
                 .group = Group::concurrency}} {
    flags().add("ttl", ttl_seconds_, "seconds after which a holder that is gone loses the lock");
  }

  Outcome<> run(Context& context, const std::vector<std::string>& args) override;

 private:
  static Outcome<> run_command(Context& context, const Place& place,
                               const std::vector<std::string>& words);

  std::int64_t ttl_seconds_ = 10;
};

// Prints the lock's key and holds it.
Outcome<> hold(Context& context, Client& client, const Session& session, const StopSignals& signals,
               const Place& place) {
  pb::RangeRequest request;
  request.set_key(place.key());
  const auto key = client.call<pb::RangeResponse>("/etcdserverpb.KV/Range", request, std::nullopt);
  if (!key) return Failure{kExitError, error_text(key.error())};
  if (key->kvs().empty()) return Failure{kExitError, "lock lost on init"};
  if (auto printed = context.printer().get(*key); !printed) return printed;
  context.out().flush();
  context.loop().run_until([&] { return signals.has_come() || session.is_lost(); });
  if (!signals.has_come()) return Failure{kExitError, "session expired"};
  return {};
}

Outcome<> Lock::run_command(Context& context, const Place& place,
                            const std::vector<std::string>& words) {
  auto variables = context.variables();
  set_variable(variables, "ETCD_LOCK_KEY", place.key());
  set_variable(variables, "ETCD_LOCK_REV", std::to_string(place.revision()));
  const Child child{context.loop(), words, variables};
  context.loop().run_until([&] { return child.end().has_value(); });
  if (child.end()->error.empty()) return {};
  return Failure{child.end()->status, child.end()->error};
}

Outcome<> Lock::run(Context& context, const std::vector<std::string>& args) {
  if (args.empty()) {
    return bad_args("lock takes a lock name argument and an optional command to execute");
  }
  const auto client = context.connect();
  if (!client) return client.error();
  const auto session = Session::begin(**client, ttl_seconds_);
  if (!session) return Failure{kExitError, error_text(session.error())};
  const StopSignals signals{context.loop()};
  (*client)->interrupt_when([&] { return signals.has_come() || (*session)->is_lost(); });
  auto place = Place::take(**client, **session, args[0], "");
  Outcome<> done = place ? place->wait() : Outcome<>{place.error()};
  if (done) {
    done = args.size() > 1 ? run_command(context, *place, {args.begin() + 1, args.end()})
                           : hold(context, **client, **session, signals, *place);
  }
  (*client)->interrupt_when(nullptr);
  if (!place || (*session)->is_lost()) return done;
  const auto left = place->leave(context.deadline());
  return done ? left : done;
}

}  // namespace

std::unique_ptr<Command> make_lock() {
  return std::make_unique<Lock>();
}

}  // namespace quorate::ctl
