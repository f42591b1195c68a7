// Clients that write at random, several calls at a time, and note what came of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/grpc/channel.h"
#include "common/rng.h"
#include "tests/process/watching/history.h"

namespace quorate::test {

class Writers {
 public:
  Writers(EventLoop& loop, const std::string& endpoint, History& history, Rng rng);

  // Begins so many writes, one after the other's answer.
  void start(std::uint64_t writes);
  void stop() { left_ = 0; }
  [[nodiscard]] bool is_idle() const { return under_way_ == 0; }
  // Nothing begun is answered any more.
  void abandon();

  // Reads what happened in the revisions that no answer told of.
  // Requires: is_idle().
  void fill_gaps();

  [[nodiscard]] std::int64_t newest() const { return newest_; }
  [[nodiscard]] std::int64_t compacted() const { return compacted_; }
  [[nodiscard]] std::uint64_t answered() const { return answered_; }

 private:
  void next(std::size_t slot);
  void put(std::size_t slot);
  void remove(std::size_t slot);
  void txn(std::size_t slot);
  void compact(std::size_t slot);
  template <class Response, class Request, class Take>
  void call(std::size_t slot, const char* method, const Request& request, Take take);
  void answered_at(std::int64_t revision, std::vector<Change> changes);
  [[nodiscard]] std::string random_key();
  [[nodiscard]] std::string random_value();
  [[nodiscard]] etcdserverpb::RangeResponse read_all(std::int64_t revision);

  EventLoop& loop_;
  History& history_;
  Rng rng_;
  grpc::Channel channel_;
  std::vector<grpc::Call> calls_;
  std::uint64_t left_ = 0;
  std::size_t under_way_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t value_number_ = 0;
  std::int64_t newest_ = 1;
  std::int64_t compacted_ = 0;
};

}  // namespace quorate::test
