// quorate: the server's process.
#include <csignal>
#include <cstdio>
#include <exception>
#include <unistd.h>

#include <google/protobuf/stubs/logging.h>

#include "common/clock.h"
#include "server/config/config_error.h"
#include "server/config/load.h"
#include "server/config/machine.h"
#include "server/server.h"

namespace {

quorate::config::Surroundings surroundings(int argc, char** argv) {
  quorate::config::Surroundings out;
  out.args.assign(argv, argv + argc);
  for (char** each = environ; *each != nullptr; ++each) out.environment.emplace_back(*each);
  out.file_descriptors_max = quorate::config::file_descriptors_max();
  out.default_host = quorate::config::default_host;
  return out;
}

// Why the server ends is said once where people look, also when the log goes elsewhere.
void say_fatal(const quorate::config::Loaded& loaded, const char* why) {
  loaded.log.fatal(why);
  for (const auto& output : loaded.config.log.outputs) {
    if (output == "default" || output == "stderr") return;
  }
  std::fprintf(stderr, "quorate: %s\n", why);
}

int serve(const quorate::config::Loaded& loaded, const quorate::Clock& clock) {
  int signal = 0;
  try {
    quorate::Server server{loaded.config, clock, loaded.log};
    signal = server.run();
  } catch (const std::exception& error) {
    say_fatal(loaded, error.what());
    return quorate::config::kExitRefused;
  }
  // Whoever sent the signal sees that it was obeyed; process 1 of a container just ends.
  if (::getpid() == 1) return 0;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  return 0;
}

int report(const quorate::config::ConfigError& error) {
  std::fputs(error.out.c_str(), stdout);
  std::fputs(error.err.c_str(), stderr);
  if (!error.is_reported()) std::fprintf(stderr, "quorate: %s\n", error.what());
  return error.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  // What cannot be parsed is answered to whoever sent it; the library would print it as well.
  google::protobuf::SetLogHandler(nullptr);
  const quorate::SystemClock clock;
  try {
    const auto loaded = quorate::config::load(surroundings(argc, argv), clock);
    return serve(loaded, clock);
  } catch (const quorate::config::ConfigError& error) {
    return report(error);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "quorate: %s\n", error.what());
    return quorate::config::kExitRefused;
  }
}
