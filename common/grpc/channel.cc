#include "common/grpc/channel.h"

#include <algorithm>
#include <deque>
#include <ostream>
#include <unordered_set>
#include <utility>

#include "common/grpc/endpoint.h"
#include "common/grpc/link.h"
#include "common/grpc/status.h"
#include "common/home.h"

namespace quorate::grpc {
namespace {

using std::chrono::nanoseconds;

constexpr std::uint32_t kEnhanceYourCalm = 11;  // RFC 9113 §7

// One endpoint and how it goes with it.
struct Target {
  Target(EventLoop& loop, std::string_view text) : endpoint{parse_endpoint(text)}, retry{loop} {}

  const Endpoint endpoint;
  std::unique_ptr<Link> link;  // null: not connected and not trying to
  bool is_ready = false;
  Timer retry;
  nanoseconds backoff{};  // before the next attempt
  Error last_error;
  nanoseconds keepalive_time{};
};

}  // namespace

class Channel::State final : public CallState::Host {
 public:
  State(EventLoop& loop, ChannelOptions options, Rng rng);
  ~State() override;

  EventLoop& loop() override { return loop_; }
  std::size_t send_bytes_max() const override { return options_.send_bytes_max; }
  void begin_again(const std::shared_ptr<CallState>& call) override;
  void ended(const std::shared_ptr<CallState>& call) override { calls_.erase(call); }

  std::shared_ptr<CallState> start(std::string_view method, const CallOptions& options,
                                   CallEvents events);
  bool has_connection() const;
  std::vector<Trouble> troubles() const;
  void dump(std::ostream& out) const;

 private:
  void connect(Target& target);
  void reconnect_later(Target& target, nanoseconds after);
  nanoseconds next_backoff(Target& target);
  void on_ready(Target& target);
  void on_going_away(Target& target);
  void on_closed(Target& target, const Error& error);
  void on_retired_closed(Link* link, const Error& error);
  void bury(std::unique_ptr<Link> link, const Error& error);
  Link* next_link();
  void place(const std::shared_ptr<CallState>& call);
  bool begin(Target& target, const std::shared_ptr<CallState>& call);
  Metadata request_fields(const Target& target, const CallState& call) const;
  ConnectionOptions connection_options(const Target& target) const;

  Home home_;
  EventLoop& loop_;
  const ChannelOptions options_;
  Rng rng_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::vector<std::unique_ptr<Link>> retired_;  // told to go away, with calls still running
  std::size_t next_target_ = 0;
  bool has_started_ = false;
  std::deque<std::shared_ptr<CallState>> waiting_;        // for a connection
  std::unordered_set<std::shared_ptr<CallState>> calls_;  // all that have not ended
};

Channel::State::State(EventLoop& loop, ChannelOptions options, Rng rng)
    : loop_{loop}, options_{std::move(options)}, rng_{rng} {
  for (const std::string& text : options_.endpoints) {
    targets_.push_back(std::make_unique<Target>(loop, text));
    targets_.back()->backoff = options_.backoff_first;
    targets_.back()->keepalive_time = options_.keepalive_time;
  }
}

Channel::State::~State() {
  while (!calls_.empty()) (*calls_.begin())->abandon();
}

// ---- Connections

ConnectionOptions Channel::State::connection_options(const Target& target) const {
  ConnectionOptions options;
  options.h2.message_bytes_max = options_.receive_bytes_max;
  options.tls = options_.tls;
  options.server_name =
      options_.tls_server_name.empty() ? target.endpoint.server_name : options_.tls_server_name;
  options.connect_timeout = options_.connect_timeout;
  options.keepalive_time = target.keepalive_time;
  options.keepalive_timeout = options_.keepalive_timeout;
  return options;
}

void Channel::State::connect(Target& target) {
  ENSURE(target.link == nullptr);
  target.retry.cancel();
  target.link = std::make_unique<Link>(
      loop_, target.endpoint, connection_options(target),
      Link::Events{.ready = [this, &target] { on_ready(target); },
                   .going_away = [this, &target] { on_going_away(target); },
                   .closed = [this, &target](const Error& error) { on_closed(target, error); }});
}

void Channel::State::on_ready(Target& target) {
  target.is_ready = true;
  target.last_error = {};
  target.backoff = options_.backoff_first;
  for (auto& call : std::exchange(waiting_, {})) {
    if (!call->is_finished()) place(call);
  }
}

// Twice as long after each failure, up to the maximum, give or take a fifth.
nanoseconds Channel::State::next_backoff(Target& target) {
  const nanoseconds backoff = target.backoff;
  target.backoff = std::min(backoff * 2, options_.backoff_max);
  return backoff * rng_.between(80, 120) / 100;
}

void Channel::State::reconnect_later(Target& target, nanoseconds after) {
  target.retry.set(after, [this, &target] { connect(target); });
}

void Channel::State::on_closed(Target& target, const Error& error) {
  const bool was_ready = std::exchange(target.is_ready, false);
  target.last_error = error;
  auto link = std::move(target.link);
  reconnect_later(target, was_ready ? nanoseconds{0} : next_backoff(target));
  bury(std::move(link), error);
}

// The peer wants no new calls: those that run stay, the next go over a new connection.
void Channel::State::on_going_away(Target& target) {
  target.last_error = {Code::unavailable, "the server is closing the connection"};
  const GoAway& go_away = *target.link->h2().go_away();
  if (go_away.http2_error == kEnhanceYourCalm && go_away.text == "too_many_pings") {
    target.keepalive_time *= 2;
  }
  // A server that says goodbye before it was ready is one that cannot be reached.
  const bool was_ready = std::exchange(target.is_ready, false);
  Link* link = target.link.get();
  retired_.push_back(std::move(target.link));
  link->retire({.drained = [this, link] { on_retired_closed(link, {}); },
                .closed = [this, link](const Error& error) { on_retired_closed(link, error); }});
  reconnect_later(target, was_ready ? nanoseconds{0} : next_backoff(target));
}

void Channel::State::on_retired_closed(Link* link, const Error& error) {
  const auto found = std::find_if(retired_.begin(), retired_.end(),
                                  [&](const auto& each) { return each.get() == link; });
  if (found == retired_.end()) return;
  auto owned = std::move(*found);
  retired_.erase(found);
  bury(std::move(owned), error);
}

// Ends the calls of a link that is lost. It may be its own event that we are in: it goes later.
void Channel::State::bury(std::unique_ptr<Link> link, const Error& error) {
  const Link::Calls calls = link->take_calls();
  loop_.post([link = std::move(link)] {});
  for (const auto& [stream, call] : calls) call->finish({error, {}});
}

// ---- Calls

std::shared_ptr<CallState> Channel::State::start(std::string_view method,
                                                 const CallOptions& options, CallEvents events) {
  home_.check();
  auto call = std::make_shared<CallState>(*this, method, options, std::move(events));
  calls_.insert(call);
  call->start_deadline();
  if (!std::exchange(has_started_, true)) {
    for (const auto& target : targets_) connect(*target);
  }
  place(call);
  return call;
}

void Channel::State::place(const std::shared_ptr<CallState>& call) {
  for (std::size_t tried = 0; tried < targets_.size(); ++tried) {
    Target& target = *targets_[next_target_++ % targets_.size()];
    if (target.is_ready && begin(target, call)) return;
  }
  if (waiting_.size() >= options_.waiting_calls_max) {
    call->finish_soon({Code::unavailable, "too many calls wait for a connection"});
    return;
  }
  waiting_.push_back(call);
}

bool Channel::State::begin(Target& target, const std::shared_ptr<CallState>& call) {
  return target.link->begin(call, request_fields(target, *call));
}

void Channel::State::begin_again(const std::shared_ptr<CallState>& call) {
  place(call);
}

Metadata Channel::State::request_fields(const Target& target, const CallState& call) const {
  Metadata fields{{":method", "POST"},
                  {":scheme", options_.tls == nullptr ? "http" : "https"},
                  {":path", call.method()},
                  {":authority", target.endpoint.authority},
                  {"content-type", "application/grpc"},
                  {"user-agent", options_.user_agent},
                  {"te", "trailers"}};
  if (call.options().deadline) {
    fields.push_back({"grpc-timeout",
                      format_timeout(*call.options().deadline - std::chrono::steady_clock::now())});
  }
  fields.insert(fields.end(), call.options().metadata.begin(), call.options().metadata.end());
  return fields;
}

// ---- Looking in

bool Channel::State::has_connection() const {
  return std::any_of(targets_.begin(), targets_.end(),
                     [](const auto& target) { return target->is_ready; });
}

std::vector<Channel::Trouble> Channel::State::troubles() const {
  std::vector<Trouble> troubles;
  for (const auto& target : targets_) {
    const bool has_failed = !target->last_error.message.empty();
    if (!target->is_ready && has_failed) {
      troubles.push_back({target->endpoint.text, target->last_error});
    }
  }
  return troubles;
}

void Channel::State::dump(std::ostream& out) const {
  out << "channel calls=" << calls_.size() << " waiting=" << waiting_.size()
      << " retired=" << retired_.size() << '\n';
  for (const auto& target : targets_) {
    out << "  endpoint=" << target->endpoint.text << " ready=" << target->is_ready
        << " streams=" << (target->link ? target->link->h2().open_streams() : 0) << " last_error=\""
        << target->last_error.message << "\"\n";
  }
}

Channel::Channel(EventLoop& loop, ChannelOptions options, Rng rng)
    : state_{std::make_unique<State>(loop, std::move(options), rng)} {}

Channel::~Channel() = default;

Call Channel::start(std::string_view method, const CallOptions& options, CallEvents events) {
  return Call{state_->start(method, options, std::move(events))};
}

bool Channel::has_connection() const {
  return state_->has_connection();
}

std::vector<Channel::Trouble> Channel::troubles() const {
  return state_->troubles();
}

EventLoop& Channel::loop() {
  return state_->loop();
}

void Channel::dump(std::ostream& out) const {
  state_->dump(out);
}

bool wants_tls(const std::vector<std::string>& endpoints, bool is_tls_configured) {
  if (endpoints.empty()) return is_tls_configured;
  switch (parse_endpoint(endpoints.front()).tls_need) {
    case TlsNeed::never:
      return false;
    case TlsNeed::always:
      return true;
    case TlsNeed::settings_decide:
      return is_tls_configured;
  }
  return is_tls_configured;
}

}  // namespace quorate::grpc
