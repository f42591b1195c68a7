// A claim about the cluster that did not hold. Thrown by checkers, caught where a run began.
#pragma once

#include <stdexcept>
#include <string>

namespace quorate::sim {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws Failure with these words unless the claim holds.
inline void claim(bool holds, const char* words) {
  if (!holds) throw Failure{words};
}

}  // namespace quorate::sim
