// Many writers at once, for measuring a cluster.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ctl/client/client.h"

namespace quorate::ctl {

// Puts under random keys, each writer one after the other, until the time is over or there are
// enough of them.
struct LoadPlan {
  std::string prefix;
  std::size_t key_bytes = 0;  // behind the prefix
  std::size_t value_bytes = 0;
  std::int64_t puts_per_second = 0;  // at most; 0 = as many as it takes
  std::optional<std::chrono::seconds> lasts;
  std::optional<std::uint64_t> puts_count;
};

struct LoadResult {
  std::vector<double> latencies_seconds;  // of puts that went well
  double whole_seconds = 0;
  std::map<std::string, std::uint64_t> errors;  // how many of each text
};

// One writer for each client. Home: the loop's thread.
class PutLoad {
 public:
  using Clients = std::vector<std::unique_ptr<Client>>;
  // All outlive the load.
  PutLoad(EventLoop& loop, Clients& clients, const LoadPlan& plan);

  // `progress` is told now and then how many puts are done and how much time has passed.
  LoadResult run(const std::function<void(std::uint64_t, std::chrono::nanoseconds)>& progress);

 private:
  struct Writer {
    Client* client = nullptr;
    bool is_busy = false;
    EventLoop::Instant began{};
    grpc::Call call;
  };
  void tick();
  void add_due_puts();
  void feed(Writer& writer);
  void on_answer(Writer& writer, const Result<pb::PutResponse>& answer);
  [[nodiscard]] bool has_more() const;
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] std::string next_key();

  EventLoop& loop_;
  const LoadPlan plan_;
  std::vector<Writer> writers_;
  Rng rng_;
  EventLoop::Instant began_{};
  Timer timer_;
  std::uint64_t issued_ = 0;   // puts that came due, also those nobody was free for in time
  std::uint64_t waiting_ = 0;  // for a writer
  std::uint64_t done_ = 0;
  std::uint64_t running_ = 0;
  LoadResult result_;
};

}  // namespace quorate::ctl
