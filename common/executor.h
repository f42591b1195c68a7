// Where work runs. Homes (threads that own objects) exchange values by posting to each other.
#pragma once

#include "common/callback.h"

namespace quorate {

class Executor {
 public:
  virtual ~Executor() = default;
  // Runs `work` later on the executor's home, after everything posted before it by this thread.
  // May be called from any thread. Never runs `work` inside the call.
  virtual void post(Callback<void()> work) = 0;
};

}  // namespace quorate
