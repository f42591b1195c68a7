#include "ctl/client/keep_alive.h"

#include <utility>

namespace quorate::ctl {
namespace {

constexpr std::string_view kMethod = "/etcdserverpb.Lease/LeaseKeepAlive";

// Beyond the time for connecting, before the first answer.
constexpr std::chrono::seconds kFirstAnswer{1};

}  // namespace

KeepAlive::KeepAlive(Client& client, std::int64_t lease, Events events)
    : lease_{lease}, events_{std::move(events)}, next_{client.loop()}, end_{client.loop()} {
  stream_.emplace(
      client, kMethod, Client::NeedsLeader::no,
      LastingStream::Events{.opened = [this] { ask(); },
                            .message = [this](const std::string& bytes) { on_message(bytes); },
                            .ended = [this](const Error&) { lose(); }});
  end_.set(client.config().dial_timeout + kFirstAnswer, [this] { lose(); });
}

void KeepAlive::ask() {
  pb::LeaseKeepAliveRequest request;
  request.set_id(lease_);
  stream_->send(request);
}

void KeepAlive::on_message(const std::string& bytes) {
  const auto answer = grpc::parse_message<pb::LeaseKeepAliveResponse>(bytes);
  if (!answer || answer->ttl() <= 0) {
    lose();
    return;
  }
  const std::chrono::seconds lasts{answer->ttl()};
  end_.set(lasts, [this] { lose(); });
  next_.set(std::chrono::nanoseconds{lasts} / 3, [this] { ask(); });
  if (events_.renewed) events_.renewed(*answer);
}

void KeepAlive::lose() {
  next_.cancel();
  end_.cancel();
  stream_.reset();
  events_.lost();
}

Result<pb::LeaseKeepAliveResponse> keep_alive_once(Client& client, std::int64_t lease) {
  std::optional<Result<pb::LeaseKeepAliveResponse>> answer;
  LastingStream* opened = nullptr;
  LastingStream stream{client,
                       kMethod,
                       Client::NeedsLeader::no,
                       {.opened =
                            [&] {
                              pb::LeaseKeepAliveRequest request;
                              request.set_id(lease);
                              opened->send(request);
                            },
                        .message =
                            [&](const std::string& bytes) {
                              answer = grpc::parse_message<pb::LeaseKeepAliveResponse>(bytes);
                            },
                        .ended = [&](const Error& error) { answer = error; }}};
  opened = &stream;
  client.loop().run_until([&] { return answer.has_value(); });
  if (*answer && (*answer)->ttl() <= 0) {
    return Error{Code::not_found, "etcdserver: requested lease not found"};
  }
  return std::move(*answer);
}

}  // namespace quorate::ctl
