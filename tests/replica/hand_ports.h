// The replica's ports on memory. Nothing happens before the test says so, one step at a time.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/replica/ports.h"
#include "tests/raft/durable_log.h"

namespace quorate::replica::testing {

class HandLog final : public LogPort {
 public:
  void append(raft::Persist batch, Callback<void()> durable) override {
    waiting.push_back({std::move(batch), std::move(durable)});
  }
  void release(Index index) override { released = std::max(released, index); }

  void sync_one();  // the oldest write becomes durable
  void crash() { waiting.clear(); }

  struct Write {
    raft::Persist batch;
    Callback<void()> durable;
  };
  std::deque<Write> waiting;
  raft::testing::DurableLog disk;
  Index released;
};

class HandTable final : public TablePort {
 public:
  void write(TableBatch batch, Callback<void(const TableWritten&)> written) override {
    writes.push_back({std::move(batch), std::move(written)});
  }
  void read(std::vector<RowNumber> numbers, RowsRead done) override {
    reads.push_back({std::move(numbers), std::move(done)});
  }
  // The history is there at once.
  void scan(const HistoryPart& part, RowsRead done) override;
  void locate(Revision main, Callback<void(Result<RowNumber>)> done) override;

  void write_one();  // the oldest batch gets into the file
  void read_one();   // the oldest read is answered
  void crash();

  struct Write {
    TableBatch batch;
    Callback<void(const TableWritten&)> written;
  };
  struct Read {
    std::vector<RowNumber> numbers;
    RowsRead done;
  };
  std::deque<Write> writes;
  std::deque<Read> reads;

  // What the file holds.
  std::map<RowNumber, mvcc::RowPtr> rows;
  std::map<std::pair<Area, std::string>, std::string> areas;
  Index applied;
};

class HandPeers final : public PeerPort {
 public:
  void send(std::vector<raft::Message> messages) override {
    for (auto& each : messages) sent.push_back(std::move(each));
  }
  std::vector<raft::Message> sent;
};

class HandTasks final : public TaskPort {
 public:
  void later(Callback<void()> work) override { waiting.push_back(std::move(work)); }
  void run_one();

  std::deque<Callback<void()>> waiting;
};

}  // namespace quorate::replica::testing
