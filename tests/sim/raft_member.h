// A member made of a raft node, a log on a fake disk, and a state machine that is nothing but a
// hash over all it was told. Its state is flushed now and then, as a store would do it; the log is
// kept back to the last flush.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "server/raft/node.h"
#include "tests/raft/durable_log.h"
#include "tests/sim/member.h"
#include "tests/sim/world.h"

namespace quorate::sim {

// The state machine: where it is, and what it has seen.
struct State {
  Index applied{};
  std::uint64_t hash = 0;
  raft::ConfState conf{};
};

// The state after this entry.
[[nodiscard]] std::uint64_t hash_after(std::uint64_t before, const raft::Entry& entry);
// What a client's write says.
[[nodiscard]] SharedBytes command_of(Number request);
[[nodiscard]] std::optional<Number> request_of(const raft::Entry& entry);

class RaftMember final : public Member {
 public:
  struct Options {
    raft::Config config;
    std::vector<MemberId> founders;  // who begins; empty for one that joins
    std::uint32_t flush_entries;     // the state is flushed after so many, on average
    std::uint32_t log_entries_kept;  // behind a flush
    bool applies_late = false;       // the state machine takes its time
  };

  RaftMember(World& world, Host& host, const Options& options);

  [[nodiscard]] MemberId id() const override { return options_.config.id; }
  void start() override;
  void crash() override;
  void tick() override { step(raft::Tick{}); }
  void receive(const Packet& packet) override;
  void write(Number request) override;
  void read(Number request) override;
  void change(const raft::ConfChange& change) override;
  void report(const raft::Event& event) override { step(event); }
  void set_disk_speed(const DiskSpeed& speed) override;

  [[nodiscard]] const raft::Node* node() const override;
  [[nodiscard]] Index applied_index() const override;
  [[nodiscard]] raft::HardState durable_hard_state() const override;
  [[nodiscard]] bool holds_durably(Index index, Term term) const override;

 private:
  struct StoreImage {
    State state;
    std::map<Index, State> received;  // snapshots, safe before raft hears of them
  };

  // What a crash takes away.
  struct Life {
    raft::Node node;
    State state;
    std::deque<raft::Entry> to_apply;
    std::map<Index, State> received;
    std::map<Number, bool> writes;       // asked here, not yet seen in the log
    std::multimap<Index, Number> reads;  // wait until this is applied
    std::uint64_t flushed = 0;           // entries since the last flush began
    bool is_applying = false;
  };

  void step(const raft::Event& event);
  void carry_out(const raft::Actions& actions);
  void send(const raft::Message& message);
  void report_snapshot(MemberId to, bool arrived);
  void persist(const raft::Persist& persist);
  void adopt(Index index);
  void apply_soon();
  void apply_all();
  void apply(const raft::Entry& entry);
  void apply_conf(const raft::Entry& entry);
  void serve_reads();
  void flush();
  void forget_log(Index flushed);
  // Runs the action later, unless the member has crashed by then.
  void later(Time delay, std::function<void()> action);

  World& world_;
  Host& host_;
  Options options_;
  Rng rng_;
  Disk<raft::testing::DurableLog> log_;
  Disk<StoreImage> store_;
  std::optional<Life> life_;
  std::uint64_t lives_ = 0;
};

}  // namespace quorate::sim
