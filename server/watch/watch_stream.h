// All watches of one client's stream: its requests in, its responses out, in etcd's order.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <boost/intrusive/list.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include "common/result.h"
#include "server/watch/outbox.h"
#include "server/watch/progress_timer.h"
#include "server/watch/request.h"
#include "server/watch/watcher.h"

namespace quorate::watch {

struct Context;
struct ResponseFields;
class StreamPort;

template <class Tag>
using StreamHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<Tag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
using InStreams = StreamHook<struct InStreamsTag>;
using InReady = StreamHook<struct InReadyTag>;

// Made by Hub::open(); destroying it ends all its watches. Whatever it is told, it answers when the
// turn ends: Hub::flush(). Home: state thread.
class WatchStream : public InStreams, public InReady {
 public:
  WatchStream(Context& context, StreamPort& port);
  ~WatchStream();
  WatchStream(const WatchStream&) = delete;
  WatchStream& operator=(const WatchStream&) = delete;

  // ---- The client's side

  // `permitted`: whether the caller may read the range; an error is told to the client.
  void create(const CreateRequest& request, const Status& permitted);
  void cancel(std::int64_t id);
  // Answered once everything up to the announced revision was sent to all watches of the stream.
  void ask_progress();
  void on_writable();  // the port is not backlogged any more

  [[nodiscard]] std::size_t watch_count() const { return watchers_.size(); }
  [[nodiscard]] std::size_t parked_count() const { return parked_.size(); }
  [[nodiscard]] std::size_t pending_events() const { return outbox_.events(); }

  // ---- For the hub's parts

  [[nodiscard]] bool is_full() const;
  // Some of its watches wait because the client reads slowly. Newer events must wait as well then,
  // or they would take the place of older ones for ever.
  [[nodiscard]] bool is_late() const { return late_count_ > 0; }

  void send_events(Watcher& watcher, std::span<Event* const> events, Revision header);
  void send_progress();  // to idle watches that want it
  enum class Cause : std::uint8_t { slow_client, missing_row, restored };
  void fall_behind(Watcher& watcher, Revision cursor, Cause cause);
  void fall_behind_all(Revision cursor);  // all that are synced
  void park(Watcher& watcher, Revision cursor);
  void synced(Watcher& watcher);
  void end_compacted(Watcher& watcher, Revision compacted);

  // The turn ends. True when watches that were parked may go on. May destroy the stream.
  bool flush();
  void fail(const Error& error);

 private:
  void refuse(std::int64_t id, std::string_view reason);
  [[nodiscard]] std::int64_t free_id();
  void answer(Revision header, const ResponseFields& fields);
  void answer_progress();
  void mark_ready();
  void mark_late(Watcher& watcher);
  void clear_late(Watcher& watcher);
  void add(const CreateRequest& request, std::int64_t id, std::string_view key);
  void detach(Watcher& watcher);
  void leave_parked(Watcher& watcher);
  bool unpark();
  void drop_all();

  Context& context_;
  StreamPort& port_;
  boost::unordered_flat_map<std::int64_t, Watcher*> watchers_;
  std::vector<Watcher*> parked_;
  Outbox outbox_;
  ProgressTimer::Entry progress_entry_;
  std::int64_t next_id_ = 0;
  std::size_t unsynced_count_ = 0;  // behind or parked
  std::size_t late_count_ = 0;
  bool is_progress_asked_ = false;  // not answered yet
  bool has_failed_ = false;
};

template <class Hook>
using HookedStreams = boost::intrusive::list<WatchStream, boost::intrusive::base_hook<Hook>,
                                             boost::intrusive::constant_time_size<false>>;
using StreamList = HookedStreams<InStreams>;
using ReadyList = HookedStreams<InReady>;

}  // namespace quorate::watch
