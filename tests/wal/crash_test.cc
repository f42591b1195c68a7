// Power cuts and ended processes at every operation, by chance: everything acknowledged is there
// afterwards, of the rest each batch wholly or not at all, and in order.
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/wal/log_host.h"
#include "tests/wal/workload.h"

using namespace quorate;
using namespace quorate::wal;

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoull(text);
}

// A member and its log over many crashes.
class Life {
 public:
  explicit Life(std::uint64_t seed) : rng_{seed}, host_{rng_.next()}, workload_{rng_.fork()} {}

  void go_through(int crashes) {
    for (int i = 0; i < crashes; ++i) {
      CAPTURE(i);
      start();
      live();
      crash();
    }
    start();
  }

 private:
  // Power may fail again while the log opens.
  void start() {
    while (true) {
      if (rng_.chance(1, 3)) {
        host_.disk.fail_at(1 + rng_.below(40), sim::FakeDisk::Failing::from_then_on);
      }
      if (open()) return;
      crash();
    }
  }

  bool open() {
    if (!Wal::exists(host_.disk, kDir)) return create();
    auto opened = Wal::open(host_.around(), host_.options);
    if (!opened) {
      REQUIRE_MESSAGE(opened.error().code == Code::unavailable, opened.error().message);
      return false;
    }
    has_been_created_ = true;
    wal_ = std::move(opened->wal);
    settle(opened->contents);
    return true;
  }

  bool create() {
    REQUIRE(!has_been_created_);
    if (rng_.chance(1, 2)) {
      host_.disk.fail_at(1 + rng_.below(20), sim::FakeDisk::Failing::from_then_on);
    }
    auto made = Wal::create(host_.around(), host_.options, kIdentity);
    if (!made) return false;
    has_been_created_ = true;
    wal_ = std::move(*made);
    return true;
  }

  // Which of the steps asked for have happened? All up to some one not before the last that was
  // acknowledged.
  void settle(const Contents& contents) {
    std::string differences;
    for (std::size_t done = acknowledged_; done <= histories_.size(); ++done) {
      auto candidate = done == 0 ? settled_ : histories_[done - 1];
      candidate.release(workload_.model().released());  // does not wait for appends
      const auto difference = candidate.model().difference(contents);
      if (difference.empty()) {
        settled_ = candidate;
        settled_.reseed(rng_.fork());
        workload_ = settled_;
        histories_.clear();
        acknowledged_ = 0;
        return;
      }
      differences += "\n  after " + std::to_string(done) + " steps: " + difference;
    }
    FAIL("the log is none of the possible ones: " << differences);
  }

  void live() {
    if (rng_.chance(4, 5)) {
      host_.disk.fail_at(1 + rng_.below(120), sim::FakeDisk::Failing::from_then_on);
    }
    const auto steps = 1 + rng_.below(60);
    for (std::uint64_t i = 0; i < steps && host_.stopped.empty(); ++i) {
      do_step();
      // The log's thread and the state's run at their own pace.
      while (rng_.chance(2, 3) && !host_.worker.is_idle()) host_.worker.run_one();
      while (rng_.chance(2, 3) && !host_.home.is_idle()) host_.home.run_one();
    }
    if (rng_.chance(1, 2)) host_.run();
  }

  void do_step() {
    const auto& durable = acknowledged_ == 0 ? settled_ : histories_[acknowledged_ - 1];
    auto step = workload_.next(durable.model().hard_state().commit);
    histories_.push_back(workload_);
    const auto number = histories_.size();
    if (!step.batch) return wal_->release(step.release);
    wal_->append(std::move(*step.batch), [this, number](const WriteStats&) {
      REQUIRE(number > acknowledged_);
      acknowledged_ = number;
    });
  }

  void crash() {
    host_.disk.stop_failing();
    wal_.reset();
    if (rng_.chance(2, 3)) {
      host_.cut_power();
    } else {
      host_.end_process();
    }
  }

  Rng rng_;
  LogHost host_;
  std::unique_ptr<Wal> wal_;
  bool has_been_created_ = false;
  Workload workload_;
  Workload settled_ = workload_;     // as of the last start
  std::vector<Workload> histories_;  // after each step since then
  std::size_t acknowledged_ = 0;     // of these steps
};

}  // namespace

TEST_CASE("what was acknowledged survives any crash, the rest is there wholly or not at all") {
  const auto first = number_from("QUORATE_WAL_SEED", 1);
  const auto lives = number_from("QUORATE_WAL_LIVES", 150);
  for (std::uint64_t seed = first; seed < first + lives; ++seed) {
    INFO("replay with: QUORATE_WAL_SEED=" << seed
                                          << " QUORATE_WAL_LIVES=1 wal_test -tc='*any crash*'");
    Life life{seed};
    life.go_through(12);
  }
}
