#include "tests/config/try_load.h"

#include <cstdio>
#include <fstream>
#include <unistd.h>

#include "common/ensure.h"
#include "tests/common/fake_clock.h"
#include "tests/common/temp_dir.h"

namespace quorate::config {
namespace {

// Standard error goes to a file while this lives.
class StderrToFile {
 public:
  StderrToFile() : path_{dir_.file("stderr")}, saved_{::dup(STDERR_FILENO)} {
    std::fflush(stderr);
    ENSURE(std::freopen(path_.c_str(), "w", stderr) != nullptr);
  }
  ~StderrToFile() {
    std::fflush(stderr);
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::fflush(stderr);
    std::ifstream in{path_};
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

 private:
  TempDir dir_;
  std::string path_;
  int saved_;
};

}  // namespace

Tried try_load(const std::vector<std::string>& args, const std::vector<std::string>& environment) {
  static const FakeClock clock;
  Surroundings around;
  around.args = {"quorate"};
  around.args.insert(around.args.end(), args.begin(), args.end());
  around.environment = environment;
  around.file_descriptors_max = 1024;
  around.default_host = [] { return Result<std::string>{"192.0.2.7"}; };
  const StderrToFile captured;
  Tried tried;
  try {
    tried.config = load(around, clock).config;
  } catch (const ConfigError& error) {
    tried.error = error;
  }
  tried.log = captured.lines();
  return tried;
}

Config loaded(const std::vector<std::string>& args, const std::vector<std::string>& environment) {
  const Tried tried = try_load(args, environment);
  if (tried.error) throw *tried.error;
  return *tried.config;
}

}  // namespace quorate::config
