#include "tests/sim/network.h"

namespace quorate::sim {

Time Network::delay() {
  const Time max = rng_.chance(weather_.late, 1000) ? weather_.late_max : weather_.delay_max;
  return Time{rng_.between(weather_.delay_min.count(), max.count())};
}

bool Network::send(MemberId from, MemberId to, Copies copies,
                   const std::function<void()>& deliver) {
  if (is_cut(from, to) || rng_.chance(weather_.lost, 1000)) return false;
  const bool is_doubled = copies == Copies::maybe_two && rng_.chance(weather_.doubled, 1000);
  for (int copy = 0; copy < (is_doubled ? 2 : 1); ++copy) {
    scheduler_.after(delay(), [this, from, to, deliver] {
      if (!is_cut(from, to)) deliver();
    });
  }
  return true;
}

}  // namespace quorate::sim
