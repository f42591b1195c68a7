// Clients that watch: streams with random watches, which come and go, read slowly, lose their
// connection and go on where they were. Everything they are told is kept for comparing.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/grpc/channel.h"
#include "common/rng.h"
#include "tests/process/watching/history.h"

namespace quorate::test {

// What the clients know of the store when they ask for something, and whom they tell.
struct Surroundings {
  std::function<std::int64_t()> newest;     // a revision that there surely is
  std::function<std::int64_t()> compacted;  // the newest compaction that was asked for
  std::function<void(const std::string&)> fail;
};

// One watch, over all its streams.
struct Watch {
  etcdserverpb::WatchCreateRequest request;
  std::int64_t begin = 0;  // the first revision it is to be told of; 0: not known yet
  std::int64_t next = 0;   // everything before was told, or is not wanted
  bool is_created = false;
  bool is_cancelling = false;
  bool is_over = false;
  std::vector<mvccpb::Event> cut;  // of a response whose last fragment has not come
  std::vector<Told> seen;

  [[nodiscard]] std::string text() const;
};

class WatchClient {
 public:
  WatchClient(EventLoop& loop, const std::string& endpoint, Surroundings surroundings, Rng rng);

  // Does something at random every few milliseconds, until settle().
  void start();
  // Only reads from now on.
  void settle();
  // Its stream was lost and is opened again.
  [[nodiscard]] std::size_t restarts() const { return restarts_; }
  // Those that are gone, each checked against the history: the first difference, or empty.
  [[nodiscard]] std::string check_over(const History& history);
  // Whether those that are still open were told all of the history.
  [[nodiscard]] bool has_all(const History& history) const;
  [[nodiscard]] std::string check_open(const History& history) const;
  [[nodiscard]] std::size_t events() const { return events_; }

 private:
  void open();
  void act();
  void act_soon();
  void add_watch();
  void cancel_watch();
  [[nodiscard]] etcdserverpb::WatchCreateRequest random_request();
  void send_create(Watch& watch);
  void take(const std::string& message);
  void take_created(Watch& watch, const etcdserverpb::WatchResponse& response);
  void take_canceled(Watch& watch, const etcdserverpb::WatchResponse& response);
  void take_events(Watch& watch, const etcdserverpb::WatchResponse& response);
  void lost();
  void end(Watch& watch);

  EventLoop& loop_;
  Surroundings surroundings_;
  Rng rng_;
  grpc::Channel channel_;
  grpc::Call call_;
  Timer act_timer_;
  Timer release_timer_;
  Timer reopen_timer_;
  std::int64_t last_id_ = 0;
  std::map<std::int64_t, Watch> open_;  // by their ids
  std::deque<Watch> over_;
  std::set<std::int64_t> ended_while_cancelling_;  // one more answer follows
  std::size_t restarts_ = 0;
  std::size_t events_ = 0;
};

}  // namespace quorate::test
