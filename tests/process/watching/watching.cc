#include "tests/process/watching/watching.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace quorate::test {
namespace {

using namespace std::chrono_literals;
using etcdserverpb::WatchCreateRequest;
using etcdserverpb::WatchRequest;
using etcdserverpb::WatchResponse;

constexpr std::size_t kWatchesMax = 12;

grpc::ChannelOptions channel_options(const std::string& endpoint) {
  grpc::ChannelOptions out;
  out.endpoints = {endpoint};
  out.backoff_first = 2ms;
  out.backoff_max = 20ms;
  return out;
}

std::string key_of(std::uint64_t number) {
  return "k/" + std::string(1, static_cast<char>('a' + number));
}

}  // namespace

std::string Watch::text() const {
  return "watch " + std::to_string(request.watch_id()) + " {" + request.ShortDebugString() +
         "} from " + std::to_string(begin) + ", next " + std::to_string(next);
}

WatchClient::WatchClient(EventLoop& loop, const std::string& endpoint, Surroundings surroundings,
                         Rng rng)
    : loop_{loop},
      surroundings_{std::move(surroundings)},
      rng_{rng},
      channel_{loop, channel_options(endpoint), rng_.fork()},
      act_timer_{loop},
      release_timer_{loop},
      reopen_timer_{loop} {}

void WatchClient::start() {
  open();
  for (std::size_t i = 0; i < kWatchesMax / 2; ++i) add_watch();
  act_soon();
}

void WatchClient::settle() {
  act_timer_.cancel();
  release_timer_.cancel();
  call_.release();
}

// ---- What it does

void WatchClient::open() {
  grpc::CallEvents events;
  events.message = Callback<void(std::string)>{[this](const std::string& bytes) { take(bytes); }};
  events.finished = Callback<void(grpc::Finished)>{[this](const grpc::Finished&) { lost(); }};
  call_ = channel_.start("/etcdserverpb.Watch/Watch", {}, std::move(events));
  for (auto& [id, watch] : open_) send_create(watch);
}

void WatchClient::act_soon() {
  act_timer_.set(std::chrono::microseconds{rng_.between(500, 20'000)}, [this] {
    act();
    act_soon();
  });
}

void WatchClient::act() {
  const std::uint64_t dice = rng_.below(100);
  if (dice < 40) {
    if (open_.size() < kWatchesMax) add_watch();
  } else if (dice < 70) {
    cancel_watch();
  } else if (dice < 95) {
    call_.hold();
    release_timer_.set(std::chrono::microseconds{rng_.between(1000, 300'000)},
                       [this] { call_.release(); });
  } else {
    lost();  // gives the call up: the client's own doing
  }
}

WatchCreateRequest WatchClient::random_request() {
  WatchCreateRequest request;
  request.set_watch_id(++last_id_);
  const std::uint64_t first = rng_.below(12);
  request.set_key(key_of(first));
  switch (rng_.below(4)) {
    case 0:
      request.set_range_end(key_of(first + 1 + rng_.below(8)));
      break;
    case 1:
      request.set_range_end(std::string(1, '\0'));
      break;
    case 2:
      request.set_key("k/");
      request.set_range_end("k0");
      break;
    default:
      break;  // the key alone
  }
  const auto newest = static_cast<std::uint64_t>(surroundings_.newest());
  switch (rng_.below(4)) {
    case 0:
      request.set_start_revision(static_cast<std::int64_t>(1 + rng_.below(newest)));
      break;
    case 1:
      request.set_start_revision(
          static_cast<std::int64_t>(newest - rng_.below(std::min<std::uint64_t>(newest, 200))));
      break;
    case 2:
      if (rng_.chance(1, 2))
        request.set_start_revision(static_cast<std::int64_t>(newest + rng_.between(1, 300)));
      break;
    default:
      break;
  }
  if (rng_.chance(1, 6)) request.add_filters(WatchCreateRequest::NOPUT);
  if (rng_.chance(1, 6)) request.add_filters(WatchCreateRequest::NODELETE);
  request.set_prev_kv(rng_.chance(1, 3));
  request.set_fragment(rng_.chance(1, 3));
  return request;
}

void WatchClient::add_watch() {
  Watch watch;
  watch.request = random_request();
  watch.begin = watch.next = watch.request.start_revision();
  auto& added = open_[watch.request.watch_id()] = std::move(watch);
  send_create(added);
}

// From where it stands: after a lost stream it goes on.
void WatchClient::send_create(Watch& watch) {
  watch.is_created = false;
  watch.is_cancelling = false;
  watch.cut.clear();
  WatchRequest request;
  *request.mutable_create_request() = watch.request;
  request.mutable_create_request()->set_start_revision(watch.next);
  call_.send(request.SerializeAsString());
}

void WatchClient::cancel_watch() {
  if (open_.empty()) return;
  auto chosen = open_.begin();
  std::advance(chosen, static_cast<std::ptrdiff_t>(rng_.below(open_.size())));
  if (!chosen->second.is_created || chosen->second.is_cancelling) return;
  chosen->second.is_cancelling = true;
  WatchRequest request;
  request.mutable_cancel_request()->set_watch_id(chosen->first);
  call_.send(request.SerializeAsString());
}

// ---- What it is told

void WatchClient::take(const std::string& message) {
  WatchResponse response;
  if (!response.ParseFromString(message)) return surroundings_.fail("no WatchResponse");
  const auto found = open_.find(response.watch_id());
  if (found == open_.end()) {
    if (response.canceled() && ended_while_cancelling_.erase(response.watch_id()) > 0) return;
    return surroundings_.fail("a response for nobody: " + response.ShortDebugString());
  }
  Watch& watch = found->second;
  if (response.created()) return take_created(watch, response);
  if (!watch.is_created) return surroundings_.fail(watch.text() + ": events before its creation");
  if (response.canceled()) return take_canceled(watch, response);
  take_events(watch, response);
}

void WatchClient::take_created(Watch& watch, const WatchResponse& response) {
  if (watch.is_created || response.canceled()) {
    return surroundings_.fail(watch.text() + ": " + response.ShortDebugString());
  }
  watch.is_created = true;
  if (watch.next != 0) return;
  watch.begin = watch.next = response.header().revision() + 1;
}

void WatchClient::take_canceled(Watch& watch, const WatchResponse& response) {
  const std::int64_t compacted = response.compact_revision();
  if (compacted == 0 && watch.is_cancelling) return end(watch);
  if (compacted <= watch.next || compacted > surroundings_.compacted()) {
    return surroundings_.fail(watch.text() + ": ended: " + response.ShortDebugString());
  }
  if (watch.is_cancelling) ended_while_cancelling_.insert(watch.request.watch_id());
  end(watch);
}

void WatchClient::take_events(Watch& watch, const WatchResponse& response) {
  for (const auto& event : response.events()) watch.cut.push_back(event);
  if (response.fragment()) return;
  if (watch.cut.empty()) return surroundings_.fail(watch.text() + ": nothing was told");
  std::int64_t last = 0;
  for (const auto& event : std::exchange(watch.cut, {})) {
    const std::int64_t revision = event.kv().mod_revision();
    // A response has whole revisions: the next one begins with a newer one.
    if (revision < watch.next || revision < last || revision > response.header().revision()) {
      return surroundings_.fail(watch.text() + ": out of order: " + event.ShortDebugString());
    }
    last = revision;
    watch.seen.push_back(told(event, surroundings_.compacted()));
    ++events_;
  }
  watch.next = last + 1;
}

// The connection broke, or the client let go. Cancels on their way may have got lost with it.
void WatchClient::lost() {
  ++restarts_;
  call_ = {};
  release_timer_.cancel();
  ended_while_cancelling_.clear();
  reopen_timer_.set(std::chrono::microseconds{rng_.between(100, 5000)}, [this] { open(); });
}

void WatchClient::end(Watch& watch) {
  const std::int64_t id = watch.request.watch_id();
  over_.push_back(std::move(watch));
  open_.erase(id);
}

// ---- Judgement

std::string WatchClient::check_over(const History& history) {
  for (; !over_.empty(); over_.pop_front()) {
    const Watch& watch = over_.front();
    if (watch.begin == 0) continue;
    if (watch.next > history.known_until() + 1) {
      if (watch.seen.empty()) continue;  // it was to begin in the future
      return watch.text() + ": told of the future";
    }
    const std::string wrong =
        history.difference(watch.request, watch.begin, watch.next, watch.seen);
    if (!wrong.empty()) return watch.text() + ": " + wrong;
  }
  return {};
}

bool WatchClient::has_all(const History& history) const {
  return std::all_of(open_.begin(), open_.end(), [&](const auto& entry) {
    const Watch& watch = entry.second;
    return watch.begin != 0 && watch.seen.size() >= history.count(watch.request, watch.begin);
  });
}

std::string WatchClient::check_open(const History& history) const {
  for (const auto& [id, watch] : open_) {
    const std::string wrong =
        history.difference(watch.request, watch.begin, history.known_until() + 1, watch.seen);
    if (!wrong.empty()) return watch.text() + ": " + wrong;
  }
  return {};
}

}  // namespace quorate::test
