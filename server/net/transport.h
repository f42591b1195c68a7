// A byte stream to one client: TCP, unix socket, or TLS over either.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "server/net/http.h"

namespace quorate::net {

// Who is told what happens on a transport. After on_closed nothing follows.
class TransportUser {
 public:
  virtual ~TransportUser() = default;
  // TLS only, before any bytes: the handshake is done. The name is that of a verified client
  // certificate, else empty.
  virtual void on_secured(std::string /*common_name*/) {}
  virtual void on_bytes(std::string_view bytes) = 0;  // views end with the call
  virtual void on_writable() = 0;                     // write() takes more again
  // The client sends no more, but may still read.
  virtual void on_input_end() { on_closed({}); }
  // By the client or by an error; `why` is empty for an orderly end.
  virtual void on_closed(const std::string& why) = 0;
};

// Home: its loop. Destroying it closes the socket. May be destroyed inside a call to its user.
class Transport {
 public:
  virtual ~Transport() = default;

  // Begins to read; until then nothing is reported. `user` outlives the transport or is replaced.
  virtual void start(TransportUser& user) = 0;
  virtual void set_user(TransportUser& user) = 0;
  // Takes as many bytes as it can now and says how many. Fewer than offered: on_writable follows.
  virtual std::size_t write(std::string_view bytes) = 0;
  // While paused nothing is read, so that the client's sends block.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;
  // Sends what was taken, then closes. Nothing is reported any more, but on_closed at the end if
  // is_closing() says that this takes its time.
  virtual void shutdown() = 0;
  // From shutdown() until the socket is closed.
  [[nodiscard]] virtual bool is_closing() const { return false; }
};

}  // namespace quorate::net
