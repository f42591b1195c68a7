// The running member: builds every part, connects them, starts and stops them.
#pragma once

#include <memory>

#include "common/clock.h"
#include "common/log.h"
#include "server/config/config.h"

namespace quorate {

// Home: the thread that calls run().
class Server {
 public:
  // Binds the addresses, then opens the data directory. Throws std::runtime_error with a sentence
  // when one cannot be used; nothing was changed then.
  Server(const config::Config& config, const Clock& clock, Log log);
  ~Server();

  // Serves until SIGTERM or SIGINT, which it returns.
  int run();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace quorate
