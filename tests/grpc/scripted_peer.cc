#include "tests/grpc/scripted_peer.h"

#include <array>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>

namespace quorate::test {

namespace asio = boost::asio;
using boost::system::error_code;
using Stream = asio::generic::stream_protocol;

namespace {

class SocketSession final : public ScriptedPeer::Session,
                            public std::enable_shared_from_this<SocketSession> {
 public:
  SocketSession(Stream::socket socket, ScriptedPeer::Voice voice)
      : socket_{std::move(socket)}, voice_{voice} {}

  void start() {
    flush();
    read();
  }
  H2Server& h2() override { return h2_; }
  void flush() override {
    if (voice_ == ScriptedPeer::Voice::http2) send_raw(h2_.take_output());
  }
  void send_raw(std::string_view bytes) override {
    pending_ += bytes;
    write();
  }
  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  void write() {
    if (is_writing_ || pending_.empty()) return;
    is_writing_ = true;
    output_ = std::move(pending_);
    pending_.clear();
    asio::async_write(socket_, asio::buffer(output_),
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        self->is_writing_ = false;
                        if (!error) self->write();
                      });
  }
  void read() {
    socket_.async_read_some(asio::buffer(input_),
                            [self = shared_from_this()](const error_code& error, std::size_t size) {
                              if (error) return;
                              self->h2_.receive({self->input_.data(), size});
                              self->flush();
                              self->read();
                            });
  }

  Stream::socket socket_;
  ScriptedPeer::Voice voice_;
  H2Server h2_;
  std::array<char, 65536> input_{};
  std::string pending_;
  std::string output_;
  bool is_writing_ = false;
};

}  // namespace

struct ScriptedPeer::State : std::enable_shared_from_this<State> {
  State(EventLoop& loop, Voice v) : acceptor{loop.context()}, voice{v} {}

  asio::basic_socket_acceptor<Stream> acceptor;
  Voice voice;
  std::string endpoint;
  std::vector<std::shared_ptr<SocketSession>> sessions;
  ScriptedPeer* owner = nullptr;

  void listen(const Stream::endpoint& address) {
    acceptor.open(address.protocol());
    acceptor.bind(address);
    acceptor.listen();
    accept();
  }

  void accept() {
    acceptor.async_accept(
        [self = shared_from_this()](const error_code& error, Stream::socket socket) {
          if (error || self->owner == nullptr) return;
          auto session = std::make_shared<SocketSession>(std::move(socket), self->voice);
          self->sessions.push_back(session);
          if (self->owner->on_connect) self->owner->on_connect(*session);
          session->start();
          self->accept();
        });
  }
};

ScriptedPeer::ScriptedPeer(EventLoop& loop, Voice voice)
    : state_{std::make_shared<State>(loop, voice)} {
  state_->owner = this;
  state_->listen(asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), 0});
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(state_->acceptor.native_handle(), reinterpret_cast<sockaddr*>(&address), &size);
  state_->endpoint = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

ScriptedPeer::ScriptedPeer(EventLoop& loop, const std::string& path)
    : state_{std::make_shared<State>(loop, Voice::http2)} {
  state_->owner = this;
  state_->listen(asio::local::stream_protocol::endpoint{path});
  state_->endpoint = "unix://" + path;
}

ScriptedPeer::~ScriptedPeer() {
  state_->owner = nullptr;
  stop_listening();
  close_sessions();
}

std::string ScriptedPeer::endpoint() const {
  return state_->endpoint;
}

int ScriptedPeer::connections() const {
  return static_cast<int>(state_->sessions.size());
}

void ScriptedPeer::close_sessions() {
  for (const auto& session : state_->sessions) session->close();
}

void ScriptedPeer::stop_listening() {
  error_code ignored;
  state_->acceptor.close(ignored);
}

}  // namespace quorate::test
