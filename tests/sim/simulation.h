// One run: a cluster, its clients, and all that can go wrong, from one seed. First faults; then
// they end, and the cluster has to make progress within a bounded time.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/client_checker.h"
#include "tests/sim/member.h"
#include "tests/sim/raft_checker.h"
#include "tests/sim/world.h"

namespace quorate::sim {

struct RunOptions {
  std::uint64_t seed = 1;
  std::uint64_t members = 0;     // 0 = the seed decides: 1, 3 or 5
  std::uint64_t steps = 30'000;  // things that happen before the faults end
};

struct RunResult {
  std::optional<std::string> failure;
  std::uint64_t trace_hash = 0;
  std::uint64_t events = 0;
  std::uint64_t terms = 0;  // that had a leader
  std::uint64_t entries = 0;
  std::uint64_t writes = 0;
  std::uint64_t reads = 0;
  std::uint64_t crashes = 0;
  std::uint64_t snapshots = 0;     // adopted
  std::uint64_t conf_changes = 0;  // that took effect
};

class Simulation final : public Host {
 public:
  explicit Simulation(const RunOptions& options);
  ~Simulation() override;

  RunResult run();
  // The end of the trace and what the members know.
  void print(std::ostream& out) const;

  // ---- Host
  bool post(const Packet& packet) override;
  void started(const Member& member) override;
  void stepped(const Member& member, const raft::Actions& actions) override;
  void applied(const Member& member, const raft::Entry& entry, std::uint64_t state_hash) override;
  void adopted(const Member& member, Index index, std::uint64_t state_hash) override;
  void replied(const Member& member, const Reply& reply) override;

 private:
  // A machine as the simulation treats it.
  struct Place {
    std::unique_ptr<Member> member;
    Time paused_until{};
    bool is_retired = false;  // removed from the cluster and switched off
  };
  // A kind of fault, and how often it comes relative to the others.
  struct Fault {
    std::uint32_t weight;
    void (Simulation::*happen)();
  };

  // simulation.cc
  void run_steps();
  void heal();
  void demand_progress();
  void retire_strangers(const Member& leads);
  [[nodiscard]] bool is_settled() const;
  void add_member(MemberId id, const std::vector<MemberId>& founders);
  void start(MemberId id);
  void tick(MemberId id);
  void deliver(const Packet& packet);
  void act_as_client();
  void ask(Member& member);
  [[nodiscard]] Member* any_up();  // null = all are down
  [[nodiscard]] MemberId random_member();
  [[nodiscard]] const Member* leader() const;  // of the newest term; null = none
  void after(Time delay, std::function<void()> action);

  // faults.cc
  void choose_character();
  void cause_trouble();
  void crash_one();
  void crash_all();
  void pause_one();
  void partition();
  void cut_one_way();
  void end_partition();
  void slow_disk();
  void campaign();
  void transfer();
  void change_members();
  void retire_removed();
  [[nodiscard]] raft::ConfChange random_change(const raft::ConfState& conf);
  void crash(MemberId id, Time down_for);

  RunOptions options_;
  World world_;
  std::map<MemberId, Place> places_;
  RaftChecker raft_;
  ClientChecker clients_;
  raft::Config config_;
  std::vector<Fault> faults_;
  Time fault_interval_{};
  Time client_interval_{};
  std::uint64_t client_burst_max_ = 1;
  bool applies_late_ = false;
  std::uint32_t flush_entries_ = 20;
  MemberId newest_member_;
  bool is_healing_ = false;
  RunResult result_;
};

}  // namespace quorate::sim
