// One thread with a queue: the home of something slow (the log's disk, the table, a reader).
#pragma once

#include <memory>
#include <string>

#include "common/executor.h"

namespace quorate {

// post() may be called from any thread. The destructor runs what was posted, then joins.
class WorkerThread final : public Executor {
 public:
  explicit WorkerThread(const std::string& name);  // shown by top and gdb; 15 bytes at most
  ~WorkerThread() override;

  void post(Callback<void()> work) override;
  // Runs everything posted, then ends the thread. post() after stop() is a broken invariant.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate
