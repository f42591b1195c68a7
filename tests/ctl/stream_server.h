// A server of one stream method, for tests: calls the test with each request message, says what it
// is told to.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "ctl/client/client.h"
#include "tests/grpc/scripted_peer.h"

namespace quorate::ctl {

template <class Request>
class StreamServer {
 public:
  using Session = test::ScriptedPeer::Session;

  explicit StreamServer(EventLoop& loop) : peer_{loop} {
    peer_.on_connect = [this](Session& session) {
      session.h2().on_data = [this, &session](std::int32_t stream) { take(session, stream); };
    };
  }

  // `is_first`: of its stream.
  struct Asked {
    Session& session;
    std::int32_t stream;
    bool is_first;
    Request request;
  };
  std::function<void(const Asked&)> on_request;

  template <class Answer>
  static void answer(const Asked& asked, const Answer& message) {
    if (asked.is_first) asked.session.h2().send_headers(asked.stream);
    send(asked, message);
  }
  // A further answer to the same request.
  template <class Answer>
  static void send(const Asked& asked, const Answer& message) {
    asked.session.h2().send_message(asked.stream, message.SerializeAsString());
  }

  [[nodiscard]] std::unique_ptr<Client> client(EventLoop& loop) {
    ClientConfig config;
    config.endpoints = {peer_.endpoint()};
    return std::move(Client::make(loop, config, err_)).value();
  }

 private:
  static constexpr std::size_t kFrameHeadBytes = 5;

  // Requires: each request comes in a piece of its own, as the client sends it.
  void take(Session& session, std::int32_t stream) {
    const std::string& body = session.h2().requests().at(stream).body;
    std::size_t& seen = seen_[{&session, stream}];
    const bool is_first = seen == 0;
    Request request;
    REQUIRE(request.ParseFromString(body.substr(seen + kFrameHeadBytes)));
    seen = body.size();
    on_request({session, stream, is_first, std::move(request)});
  }

  std::ostringstream err_;
  test::ScriptedPeer peer_;
  std::map<std::pair<Session*, std::int32_t>, std::size_t> seen_;  // bytes of each body
};

}  // namespace quorate::ctl
