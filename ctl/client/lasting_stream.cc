#include "ctl/client/lasting_stream.h"

#include <utility>

namespace quorate::ctl {
namespace {

constexpr std::chrono::milliseconds kPauseBetween{500};

// Whether it is about this server or connection, not about what was asked. A login that has run
// out is renewed with the next attempt.
bool may_pass(const Error& error) {
  return error.code == Code::unavailable || error.code == Code::internal;
}

}  // namespace

LastingStream::LastingStream(Client& client, std::string_view method,
                             Client::NeedsLeader needs_leader, Events events)
    : client_{client},
      method_{method},
      needs_leader_{needs_leader},
      events_{std::move(events)},
      retry_{client.loop()} {
  retry_.set(std::chrono::nanoseconds{0}, [this] { open(); });
}

void LastingStream::open() {
  call_ = client_.start(
      method_,
      {.headers = nullptr,
       .message = [this](const std::string& message) { events_.message(message); },
       .finished = [this](const grpc::Finished& finished) { on_broken(finished.status); }},
      needs_leader_);
  if (is_held_) call_.hold();
  events_.opened();
}

void LastingStream::on_broken(const Error& error) {
  const bool is_well = error.code == Code::ok;  // it said goodbye, for instance to shut down
  if (!is_well && !may_pass(error) && !client_.can_mend(error)) {
    events_.ended(error);
    return;
  }
  retry_.set(kPauseBetween, [this] { log_in(); });
}

void LastingStream::log_in() {
  if (!client_.has_credentials()) {
    open();
    return;
  }
  login_ = client_.start_login(std::nullopt, [this](const Status& done) {
    if (done || may_pass(done.error())) {
      open();
    } else {
      events_.ended(done.error());
    }
  });
}

void LastingStream::hold() {
  is_held_ = true;
  call_.hold();
}

void LastingStream::release() {
  is_held_ = false;
  call_.release();
}

}  // namespace quorate::ctl
