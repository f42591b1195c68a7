// A client's end of a stream: decodes what it was sent, and reads slowly when told to.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/rpc.pb.h"
#include "server/watch/ports.h"
#include "server/watch/watch_stream.h"

namespace quorate::watch {

using Response = etcdserverpb::WatchResponse;

class Recorder final : public StreamPort {
 public:
  [[nodiscard]] bool is_backlogged() const override { return is_stalled; }
  void send(Frames frames) override;
  void fail(const Error& error) override { failure = error; }

  std::vector<Response> take() { return std::exchange(received, {}); }

  bool is_stalled = false;
  std::vector<Response> received;
  std::optional<Error> failure;
  std::size_t sends = 0;
  std::size_t bytes = 0;
  std::function<void()> on_send;  // at the end of send()
};

// Each response as a line, for comparing: "id=0 rev=5 created", "id=3 rev=7 put(a=1@7) del(b@7)".
[[nodiscard]] std::string text_of(const Response& response);
[[nodiscard]] std::vector<std::string> texts_of(const std::vector<Response>& responses);

}  // namespace quorate::watch
