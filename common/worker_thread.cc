#include "common/worker_thread.h"

#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <vector>

namespace quorate {

struct WorkerThread::State {
  std::mutex mutex;  // guards queue and stopping: the only door between the threads
  std::condition_variable wake;
  std::vector<Callback<void()>> queue;
  bool stopping = false;
  std::thread thread;

  void run() {
    std::vector<Callback<void()>> batch;
    while (take(batch)) {
      for (auto& work : batch) work();
      batch.clear();
    }
  }

  // All that waits, in order; false when there is nothing left and never will be.
  bool take(std::vector<Callback<void()>>& batch) {
    std::unique_lock lock{mutex};
    wake.wait(lock, [&] { return stopping || !queue.empty(); });
    batch.swap(queue);
    return !batch.empty();
  }
};

WorkerThread::WorkerThread(const std::string& name) : state_{std::make_unique<State>()} {
  state_->thread = std::thread{[state = state_.get()] { state->run(); }};
  pthread_setname_np(state_->thread.native_handle(), name.substr(0, 15).c_str());
}

WorkerThread::~WorkerThread() {
  stop();
}

void WorkerThread::post(Callback<void()> work) {
  bool was_empty;
  {
    const std::lock_guard lock{state_->mutex};
    ENSURE(!state_->stopping);
    was_empty = state_->queue.empty();
    state_->queue.push_back(std::move(work));
  }
  if (was_empty) state_->wake.notify_one();
}

void WorkerThread::stop() {
  {
    const std::lock_guard lock{state_->mutex};
    state_->stopping = true;
  }
  state_->wake.notify_one();
  if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace quorate
