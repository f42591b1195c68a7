#include "ctl/input_lines.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <string>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "common/ensure.h"

namespace quorate::ctl {

struct InputLines::State {
  explicit State(EventLoop& to) : loop{to}, stop{::eventfd(0, EFD_CLOEXEC)} { ENSURE(stop >= 0); }
  ~State() { ::close(stop); }

  EventLoop& loop;
  const int stop;                                        // readable: the reader ends
  Callback<void(const std::optional<InputLine>&)> take;  // null once nobody listens; on the loop
  std::thread reader;
};

namespace {

using Line = std::optional<InputLine>;

// Waits for input; false when there is none to come or to wait for.
bool read_some(int stop, std::string& text) {
  std::array<pollfd, 2> sources{{{STDIN_FILENO, POLLIN, 0}, {stop, POLLIN, 0}}};
  do {
    if (::poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR) return false;
    if (sources[1].revents != 0) return false;
  } while (sources[0].revents == 0);
  std::array<char, 4096> buffer{};
  const ssize_t size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (size <= 0) return size < 0 && errno == EINTR;
  text.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

}  // namespace

InputLines::InputLines(EventLoop& loop, Callback<void(const Line&)> take)
    : state_{std::make_shared<State>(loop)} {
  state_->take = std::move(take);
  state_->reader = std::thread{[state = state_.get(), weak = std::weak_ptr{state_}] {
    const auto tell = [&](Line line) {
      state->loop.post([weak, line = std::move(line)] {
        const auto alive = weak.lock();
        if (alive != nullptr && alive->take) alive->take(line);
      });
    };
    std::string text;
    while (read_some(state->stop, text)) {
      std::size_t from = 0;
      for (std::size_t end; (end = text.find('\n', from)) != std::string::npos; from = end + 1) {
        tell(InputLine{text.substr(from, end - from), true});
      }
      text.erase(0, from);
    }
    if (!text.empty()) tell(InputLine{text, false});
    tell(std::nullopt);
  }};
}

InputLines::~InputLines() {
  state_->take = nullptr;
  const std::uint64_t one = 1;
  ENSURE(::write(state_->stop, &one, sizeof one) == sizeof one);
  state_->reader.join();
}

}  // namespace quorate::ctl
