#include "server/net/timer_wheel.h"

#include <algorithm>
#include <utility>

namespace quorate::net {

void Timer::disarm() {
  if (wheel_ == nullptr) return;
  wheel_->unlink(*this);
  fire_ = nullptr;
}

TimerWheel::TimerWheel() {
  for (Timer& head : slots_) head.next_ = head.previous_ = &head;
}

void TimerWheel::arm(Timer& timer, std::chrono::nanoseconds after, Callback<void()> fire) {
  timer.disarm();
  const auto wait = std::max(after, std::chrono::nanoseconds{0});
  // Rounded up; and the tick under way has partly passed, so that it does not count.
  const auto ticks = wait / kTick + (wait % kTick > std::chrono::nanoseconds{0} ? 1 : 0) + 1;
  timer.due_ = now_ + static_cast<std::uint64_t>(ticks);
  timer.fire_ = std::move(fire);
  link(timer);
}

void TimerWheel::link(Timer& timer) {
  Timer& head = slots_[timer.due_ % kSlots];
  timer.wheel_ = this;
  timer.next_ = &head;
  timer.previous_ = head.previous_;
  head.previous_->next_ = &timer;
  head.previous_ = &timer;
  ++armed_;
}

void TimerWheel::unlink(Timer& timer) {
  timer.previous_->next_ = timer.next_;
  timer.next_->previous_ = timer.previous_;
  timer.next_ = timer.previous_ = nullptr;
  timer.wheel_ = nullptr;
  --armed_;
}

void TimerWheel::advance(std::uint64_t ticks) {
  for (; ticks > 0; --ticks) {
    ++now_;
    if (armed_ > 0) run_slot(now_ % kSlots);
  }
}

void TimerWheel::run_slot(std::size_t slot) {
  // What fires may arm and disarm any timer: move the ring to a list of our own first, from which
  // disarm() unlinks as well. Timers of later rounds go back.
  Timer due;
  Timer& head = slots_[slot];
  if (head.next_ == &head) return;
  due.next_ = head.next_;
  due.previous_ = head.previous_;
  due.next_->previous_ = due.previous_->next_ = &due;
  head.next_ = head.previous_ = &head;
  while (due.next_ != &due) {
    Timer& timer = *due.next_;
    unlink(timer);
    if (timer.due_ > now_) {
      link(timer);
      continue;
    }
    Callback<void()> fire = std::move(timer.fire_);
    fire();
  }
}

}  // namespace quorate::net
