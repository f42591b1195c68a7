// The fake network: loses, delays, doubles and reorders messages, and cuts links one way or both.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <utility>

#include "common/id.h"
#include "common/rng.h"
#include "tests/sim/scheduler.h"

namespace quorate::sim {

// Chances in a thousand.
struct Weather {
  std::uint32_t lost = 0;
  std::uint32_t doubled = 0;
  std::uint32_t late = 0;  // takes up to late_max instead of delay_max
  Time delay_min{500};
  Time delay_max{5'000};
  Time late_max{500'000};
};

class Network {
 public:
  // May a message arrive twice? Not one whose second copy would be another request: streams of
  // bytes lose their end, they do not repeat themselves.
  enum class Copies : std::uint8_t { one, maybe_two };

  Network(Scheduler& scheduler, Rng rng) : scheduler_{scheduler}, rng_{rng} {}

  void set_weather(const Weather& weather) { weather_ = weather; }
  // From now on nothing gets from one to the other; what is on its way is lost too.
  void cut(MemberId from, MemberId to) { cut_.insert({from, to}); }
  void heal() { cut_.clear(); }
  [[nodiscard]] bool is_cut(MemberId from, MemberId to) const { return cut_.contains({from, to}); }

  // False when it is lost at once. `deliver` runs once for each copy that arrives.
  bool send(MemberId from, MemberId to, Copies copies, const std::function<void()>& deliver);

 private:
  [[nodiscard]] Time delay();

  Scheduler& scheduler_;
  Rng rng_;
  Weather weather_;
  std::set<std::pair<MemberId, MemberId>> cut_;
};

}  // namespace quorate::sim
