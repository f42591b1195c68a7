// What happened to the store, revision by revision, and what a watch has to be told of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "proto/rpc.pb.h"

namespace quorate::test {

struct Change {
  bool is_deletion = false;
  std::string key;
  std::string value{};
};

// An event, as it is compared.
struct Told {
  std::int64_t revision = 0;
  std::string event;
  std::string previous{};         // the key's value before; empty: none was shown
  bool may_lack_previous = true;  // compacted before it was sent
};

[[nodiscard]] Told told(const mvccpb::Event& event, std::int64_t compacted);

class History {
 public:
  enum class Order : bool { unknown, known };  // of the changes within the revision
  void record(std::int64_t revision, std::vector<Change> changes, Order order);

  // Every revision up to this one is recorded; the store begins with 1.
  [[nodiscard]] std::int64_t known_until() const { return known_until_; }

  // Empty, or how `seen` differs from what this watch has to be told of the revisions from `begin`
  // on, before `end`. Requires: end <= known_until() + 1.
  [[nodiscard]] std::string difference(const etcdserverpb::WatchCreateRequest& watch,
                                       std::int64_t begin, std::int64_t end,
                                       std::vector<Told> seen) const;
  [[nodiscard]] std::size_t count(const etcdserverpb::WatchCreateRequest& watch,
                                  std::int64_t begin) const;
  // All keys as they are at known_until().
  [[nodiscard]] const std::map<std::string, mvccpb::KeyValue>& state() const { return state_; }

 private:
  struct Waiting {
    std::vector<Change> changes;
    Order order;
  };
  struct Entry {
    std::vector<mvccpb::Event> events;
    Order order;
  };
  [[nodiscard]] mvccpb::Event apply(const Change& change, std::int64_t revision);

  std::map<std::int64_t, Waiting> waiting_;  // behind a gap
  std::map<std::int64_t, Entry> entries_;
  std::map<std::string, mvccpb::KeyValue> state_;
  std::int64_t known_until_ = 1;
};

}  // namespace quorate::test
