#include "tests/bench/load/loop.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/prctl.h>

namespace quorate::bench {

Loop::Loop() {
  // Waits end when they are to: the kernel would round them by 50 us.
  ::prctl(PR_SET_TIMERSLACK, 1UL);
}

Pipe& Loop::connect(const std::string& endpoint, Listener& listener) {
  return *pipes_.emplace_back(std::make_unique<Pipe>(endpoint, listener));
}

void Loop::run_until(const std::function<bool()>& done,
                     std::optional<Steady::time_point> deadline) {
  std::vector<pollfd> polled;
  while (!done()) {
    polled.clear();
    for (const auto& pipe : pipes_) {
      pipe->flush();
      const int events = POLLIN | (pipe->wants_to_write() ? POLLOUT : 0);
      polled.push_back({pipe->descriptor(), static_cast<short>(events), 0});
    }
    timespec wait{};
    if (deadline) {
      const auto left = *deadline - Steady::now();
      if (left <= Steady::duration::zero()) return;
      const auto whole = std::chrono::floor<std::chrono::seconds>(left);
      wait = {whole.count(), std::chrono::nanoseconds{left - whole}.count()};
    }
    if (::ppoll(polled.data(), polled.size(), deadline ? &wait : nullptr, nullptr) < 0 &&
        errno != EINTR) {
      give_up("ppoll failed");
    }
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if ((polled[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0) pipes_[i]->receive();
    }
  }
}

}  // namespace quorate::bench
