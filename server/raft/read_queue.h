// Reads that wait until a quorum has confirmed that this leader still leads (thesis §6.4).
//
// Reads are numbered. A heartbeat carries the number of the newest one; a follower that answers it
// confirms this read and all before it. So one round serves every read that is waiting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "server/raft/quorum.h"
#include "server/raft/types.h"

namespace quorate::raft {

class ReadQueue {
 public:
  struct Read {
    MemberId from;  // who asked
    SharedBytes context;
    Index index;  // what was committed when the question came
  };

  [[nodiscard]] std::size_t size() const { return reads_.size(); }
  void add(Read read) { reads_.push_back(std::move(read)); }
  // What a heartbeat is to carry: empty when nothing is waiting.
  [[nodiscard]] SharedBytes heartbeat_context() const;
  // A member, or this leader itself, has confirmed. A context that was never sent has no effect.
  void confirmed_by(MemberId member, const SharedBytes& heartbeat_context);
  // The reads that a quorum has confirmed, in the order they came.
  [[nodiscard]] std::vector<Read> take_confirmed(const Quorum& quorum);
  [[nodiscard]] std::vector<Read> take_all();

 private:
  [[nodiscard]] std::uint64_t newest() const { return taken_ + reads_.size(); }

  std::deque<Read> reads_;   // reads_[i] has the number taken_ + i + 1
  std::uint64_t taken_ = 0;  // how many left the queue before
  std::vector<Ack> acks_;
};

}  // namespace quorate::raft
