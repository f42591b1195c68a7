// quorate-load: makes the loads of scripts/bench, each a subcommand. Works against any server of
// the v3 API. Prints name=value pairs.
#include <CLI/CLI.hpp>

#include "tests/bench/load/loads.h"

int main(int argc, char** argv) {
  using namespace quorate::bench;
  Run run;
  CLI::App app{"Loads a server and says how it did."};
  app.add_option("--endpoint", run.endpoint, "host:port of the server")->capture_default_str();
  app.require_subcommand(1);
  for (const auto add : {add_fill, add_puts, add_watch, add_leases, add_auth, add_reads}) {
    add(app, run);
  }
  CLI11_PARSE(app, argc, argv);
  run.job();
  return 0;
}
