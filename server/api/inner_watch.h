// A watch of the server's own, for calls that wait for something to happen to a key.
#pragma once

#include <memory>

#include "proto/rpc.pb.h"
#include "server/net/http.h"
#include "server/replica/replica.h"

namespace quorate::api {

// Who hears what happens. Home: state thread.
class WatchListener {
 public:
  virtual ~WatchListener() = default;
  virtual void on_event(const etcdserverpb::ResponseHeader& header, const mvccpb::Event& event) = 0;
  virtual void on_lost(const Error& error) = 0;  // nothing follows
  // True: what happens next is kept back until InnerWatch::resume().
  [[nodiscard]] virtual bool is_backlogged() const { return false; }
};

// Home: state thread. Shared by its owner and by what is under way when the owner lets go of it.
class InnerWatch final : public net::Counted<InnerWatch>, public watch::StreamPort {
 public:
  // `listener` outlives the watch or stops it.
  InnerWatch(replica::Replica& replica, WatchListener& listener)
      : replica_{replica}, listener_{&listener} {}

  void start(const watch::CreateRequest& request);
  // May be called from within a callback. Nothing is heard any more.
  void stop();
  void resume();

  // ---- watch::StreamPort
  [[nodiscard]] bool is_backlogged() const override;
  void send(watch::Frames frames) override;
  void fail(const Error& error) override;

 private:
  void take(const etcdserverpb::WatchResponse& response);
  void lose(const Error& error);

  replica::Replica& replica_;
  WatchListener* listener_;  // null: stopped
  std::unique_ptr<watch::WatchStream> stream_;
};
using InnerWatchPtr = boost::intrusive_ptr<InnerWatch>;

}  // namespace quorate::api
