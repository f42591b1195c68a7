// Changes of a key or a range, as they happen, across lost connections.
#pragma once

#include <functional>

#include "ctl/client/lasting_stream.h"

namespace quorate::ctl {

// Goes on after a broken connection with the first revision it has not seen. Home: the client's
// loop.
class Watcher {
 public:
  // Called from the loop.
  struct Events {
    // A change, a sign of progress or, as the last event, the end: then canceled() is set and the
    // error says why. That a watch was created is not told.
    Callback<void(const pb::WatchResponse&, const Error&)> response;
  };

  // `client` outlives it. The watch ends while there is no leader, as etcdctl's do.
  Watcher(Client& client, pb::WatchCreateRequest request, Events events);

  void request_progress();
  void hold() { stream_.hold(); }  // no more responses until release()
  void release() { stream_.release(); }

 private:
  void create();
  void on_message(const std::string& bytes);
  void on_ended(const Error& error);

  pb::WatchCreateRequest request_;
  Events events_;
  LastingStream stream_;
};

// True for a sign that nothing was missed up to the header's revision.
[[nodiscard]] bool is_progress(const pb::WatchResponse& response);

enum class Visit : bool { go_on, done };
// Watches until `visit` has seen enough, which is not called from within the loop's work: it may
// make calls of its own. Errors: why the watch ended, or that the client was interrupted.
Status watch_until(Client& client, const pb::WatchCreateRequest& request,
                   const std::function<Visit(const pb::WatchResponse&)>& visit);

}  // namespace quorate::ctl
