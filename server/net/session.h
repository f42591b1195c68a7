// One connection once its protocol is known.
#pragma once

#include <cstdint>

#include "server/net/transport.h"

namespace quorate::net {

class Session;

// What sessions need from the port that owns them.
class SessionOwner {
 public:
  virtual ~SessionOwner() = default;
  // There is output: flush() is called once at the end of this turn.
  virtual void will_flush(Session& session) = 0;
  // The session is over; it is destroyed soon, not inside this call.
  virtual void finished(Session& session) = 0;
};

class Session : public TransportUser {
 public:
  // Sends what the turn produced.
  virtual void flush() = 0;
  // The server stops: no new requests, and the connection ends when the running ones have.
  virtual void drain() = 0;
  void mark_dirty(SessionOwner& owner) {
    if (is_dirty_) return;
    is_dirty_ = true;
    owner.will_flush(*this);
  }
  void clear_dirty() { is_dirty_ = false; }

 private:
  bool is_dirty_ = false;
};

}  // namespace quorate::net
