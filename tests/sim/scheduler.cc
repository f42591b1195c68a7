#include "tests/sim/scheduler.h"

#include <algorithm>
#include <utility>

namespace quorate::sim {

bool Scheduler::is_later(const Due& a, const Due& b) {
  return a.when != b.when ? a.when > b.when : a.number > b.number;
}

void Scheduler::after(Time delay, Action action) {
  heap_.push_back({now_ + delay, next_number_++, std::move(action)});
  std::ranges::push_heap(heap_, is_later);
}

bool Scheduler::run_next() {
  if (heap_.empty()) return false;
  std::ranges::pop_heap(heap_, is_later);
  Due due = std::move(heap_.back());
  heap_.pop_back();
  now_ = due.when;
  due.action();
  return true;
}

}  // namespace quorate::sim
