#include "ctl/client/watcher.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

namespace quorate::ctl {
namespace {

// So many responses wait to be visited before the server is made to wait.
constexpr std::size_t kWaitingMax = 64;

Error reason_of(const pb::WatchResponse& response) {
  if (response.compact_revision() != 0) {
    return {Code::out_of_range, "etcdserver: mvcc: required revision has been compacted"};
  }
  if (!response.cancel_reason().empty()) {
    return {Code::failed_precondition, response.cancel_reason()};
  }
  return {Code::out_of_range, "etcdserver: mvcc: required revision is a future revision"};
}

}  // namespace

Watcher::Watcher(Client& client, pb::WatchCreateRequest request, Events events)
    : request_{std::move(request)},
      events_{std::move(events)},
      stream_{client,
              "/etcdserverpb.Watch/Watch",
              Client::NeedsLeader::yes,
              {.opened = [this] { create(); },
               .message = [this](const std::string& bytes) { on_message(bytes); },
               .ended = [this](const Error& error) { on_ended(error); }}} {}

void Watcher::create() {
  pb::WatchRequest request;
  *request.mutable_create_request() = request_;
  stream_.send(request);
}

void Watcher::request_progress() {
  pb::WatchRequest request;
  request.mutable_progress_request();
  stream_.send(request);
}

void Watcher::on_message(const std::string& bytes) {
  const auto response = grpc::parse_message<pb::WatchResponse>(bytes);
  if (!response) {
    on_ended(response.error());
    return;
  }
  if (response->canceled() && response->created() && !response->cancel_reason().empty()) {
    // Refused from the beginning. The reason is a whole error, as Go's gRPC prints it.
    on_ended({Code::permission_denied, response->cancel_reason()});
    return;
  }
  if (response->canceled()) {
    events_.response(*response, reason_of(*response));
    return;
  }
  if (response->created()) {
    // What happens from here on is seen even if the connection breaks before anything does.
    if (request_.start_revision() == 0) {
      request_.set_start_revision(response->header().revision() + 1);
    }
    return;
  }
  const std::int64_t seen = response->events().empty()
                                ? response->header().revision()
                                : response->events().rbegin()->kv().mod_revision();
  request_.set_start_revision(std::max(request_.start_revision(), seen + 1));
  events_.response(*response, {});
}

void Watcher::on_ended(const Error& error) {
  pb::WatchResponse end;
  end.set_canceled(true);
  events_.response(end, error);
}

bool is_progress(const pb::WatchResponse& response) {
  return response.events().empty() && !response.canceled() && !response.created() &&
         response.compact_revision() == 0 && response.header().revision() != 0;
}

Status watch_until(Client& client, const pb::WatchCreateRequest& request,
                   const std::function<Visit(const pb::WatchResponse&)>& visit) {
  std::deque<pb::WatchResponse> waiting;
  std::optional<Error> end;
  Watcher* self = nullptr;
  Watcher watcher{
      client, request, {.response = [&](const pb::WatchResponse& response, const Error& error) {
        if (response.canceled()) {
          end = error;
        } else {
          waiting.push_back(response);
          if (waiting.size() == kWaitingMax) self->hold();
        }
      }}};
  self = &watcher;
  for (;;) {
    client.loop().run_until([&] { return !waiting.empty() || end || client.is_interrupted(); });
    if (client.is_interrupted()) return Error{Code::cancelled, "context canceled"};
    if (waiting.empty()) return *end;
    for (; !waiting.empty(); waiting.pop_front()) {
      if (visit(waiting.front()) == Visit::done) return {};
    }
    watcher.release();
  }
}

}  // namespace quorate::ctl
