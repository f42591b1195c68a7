// A few nodes in one place, whose network and disks do what the test says, when it says it.
// Every step of every node is checked against the invariants and leaves lines in a trace.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/raft/invariants.h"
#include "server/raft/node.h"
#include "tests/raft/durable_log.h"

namespace quorate::raft::testing {

class Cluster {
 public:
  enum class Disk : std::uint8_t { instant, slow };  // slow: writes wait for write()
  struct Options {
    ConfState conf;
    Disk disk = Disk::instant;
    Config config;  // its id is filled in for each node
    std::uint64_t seed = 1;
    // Where their logs begin, at term 1, as after a snapshot: new members then need one as well.
    Index start;
  };

  // All members of the configuration, with nothing in their logs.
  explicit Cluster(Options options);
  static Cluster of(std::uint64_t voters, Disk disk = Disk::instant);

  // One more node, outside every configuration unless its disk says otherwise.
  void add(MemberId id, const DurableLog& disk = {}, const ConfState& conf = {});

  // ---- What happens
  Actions step(MemberId id, const Event& event);
  void tick(MemberId id, int times = 1);
  void campaign(MemberId id) { step(id, Campaign{}); }
  void propose(MemberId id, const std::vector<std::string>& values);
  void change(MemberId id, std::string_view conf_change);  // as in conf_change_text.h
  void read(MemberId id, const std::string& question);
  // Up to so many writes complete, together as one report.
  void write(MemberId id, std::size_t count = SIZE_MAX);
  // The state machine takes what was handed out; by itself unless applying is held.
  void apply(MemberId id);
  void hold_apply(MemberId id) { members_.at(id).holds_apply = true; }
  void compact(MemberId id, Index index) { step(id, Compacted{index}); }
  // Starts again from its disk, on which so many of the writes under way survived.
  void restart(MemberId id, std::size_t surviving_writes = 0);

  // ---- The network: messages wait until they are delivered or dropped.
  using Choice = std::function<bool(const Message&)>;
  static Choice to(MemberId id);
  static Choice any();
  void deliver(const Choice& choice);  // those waiting now, in order
  void drop(const Choice& choice);
  void inject(Message message) { network_.push_back(std::move(message)); }
  [[nodiscard]] const std::deque<Message>& network() const { return network_; }
  std::vector<Message> take_network();  // as delivered to the test
  // Cut off: what is sent to it or by it is lost.
  void isolate(MemberId id) { isolated_[id] = true; }
  void rejoin(MemberId id) { isolated_[id] = false; }
  // Everything that can happen without time, among these members (all if empty).
  void stabilize(const std::vector<MemberId>& among = {});
  // Campaigns and stabilizes. Requires: it wins.
  void elect(MemberId id);

  // ---- What can be seen
  [[nodiscard]] const Node& node(MemberId id) const { return *members_.at(id).node; }
  [[nodiscard]] MemberId leader() const;  // nobody unless exactly one leads in the newest term
  [[nodiscard]] std::vector<MemberId> ids() const;
  [[nodiscard]] std::vector<std::string> applied(MemberId id) const;  // not empty ones
  [[nodiscard]] const std::vector<ReadReady>& reads(MemberId id) const;
  [[nodiscard]] const DurableLog& disk(MemberId id) const { return members_.at(id).disk; }
  [[nodiscard]] std::size_t writes_under_way(MemberId id) const;
  [[nodiscard]] std::string log(MemberId id) const;  // "1/1 2/1 3/2"
  std::vector<std::string> take_trace() { return std::exchange(trace_, {}); }

 private:
  struct Member {
    std::optional<Node> node;
    Invariants invariants;
    DurableLog disk;
    std::deque<Persist> writes;
    std::deque<Entry> to_apply;
    std::optional<SnapshotMeta> to_adopt;  // once its write is done
    bool holds_apply = false;
    std::vector<Entry> applied;
    ConfState conf;  // what the state machine would find after a restart
    Index applied_index;
    std::vector<ReadReady> reads;
  };

  [[nodiscard]] Config config_of(MemberId id) const;
  void start(MemberId id, Member& member);
  void carry_out(MemberId id, const Actions& actions);
  void check(MemberId id);
  bool stabilize_once(const std::vector<MemberId>& among);
  void trace(const std::string& line) { trace_.push_back(line); }

  Options options_;
  std::map<MemberId, Member> members_;
  std::deque<Message> network_;
  std::map<MemberId, bool> isolated_;
  std::vector<std::string> trace_;
};

}  // namespace quorate::raft::testing
