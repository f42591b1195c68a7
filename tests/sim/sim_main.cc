// Runs simulated clusters. The same seed does the same, always.
//
//   sim_test [--seed N] [--seeds N] [--members N] [--steps N] [--trace]
//
// --seed     the first seed (1)
// --seeds    how many, one after the other (300)
// --members  how many begin; otherwise each seed decides
// --steps    things that happen before the faults end (30000)
// --trace    print the end of the trace of every run
#include <charconv>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "common/ensure.h"
#include "tests/sim/simulation.h"

namespace {

using quorate::sim::RunOptions;
using quorate::sim::RunResult;
using quorate::sim::Simulation;

struct Flags {
  RunOptions first;
  std::uint64_t seeds = 300;
  bool prints_trace = false;
};

std::uint64_t number_from(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
  if (error != std::errc{} || end != text.end()) {
    throw std::runtime_error{"not a number: " + std::string{text}};
  }
  return number;
}

Flags flags_from(int argc, char** argv) {
  Flags flags;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--trace") {
      flags.prints_trace = true;
      continue;
    }
    if (i + 1 == argc) throw std::runtime_error{"no value for " + std::string{name}};
    const std::uint64_t value = number_from(argv[++i]);
    if (name == "--seed") {
      flags.first.seed = value;
    } else if (name == "--seeds") {
      flags.seeds = value;
    } else if (name == "--members") {
      flags.first.members = value;
    } else if (name == "--steps") {
      flags.first.steps = value;
    } else {
      throw std::runtime_error{"unknown flag " + std::string{name}};
    }
  }
  return flags;
}

// The run under way, for a broken invariant that ends the process. One at a time.
const Simulation* under_way = nullptr;
RunOptions under_way_options;

void print_replay(const RunOptions& options) {
  std::cout << "replay: sim_test --seed " << options.seed << " --seeds 1 --steps " << options.steps;
  if (options.members != 0) std::cout << " --members " << options.members;
  std::cout << std::endl;
}

void print_under_way() {
  if (under_way == nullptr) return;
  under_way->print(std::cout);
  print_replay(under_way_options);
}

bool run(const RunOptions& options, bool prints_trace, RunResult& total) {
  Simulation simulation{options};
  under_way = &simulation;
  under_way_options = options;
  const RunResult result = simulation.run();
  under_way = nullptr;
  if (result.failure || prints_trace) simulation.print(std::cout);
  if (result.failure) {
    std::cout << "seed " << options.seed << " failed: " << *result.failure << '\n';
    print_replay(options);
  }
  total.trace_hash = total.trace_hash * 31 + result.trace_hash;
  total.events += result.events;
  total.terms += result.terms;
  total.entries += result.entries;
  total.writes += result.writes;
  total.reads += result.reads;
  total.crashes += result.crashes;
  total.snapshots += result.snapshots;
  total.conf_changes += result.conf_changes;
  return !result.failure;
}

}  // namespace

int main(int argc, char** argv) try {
  const Flags flags = flags_from(argc, argv);
  std::cout << "seed " << flags.first.seed << " and on, " << flags.seeds << " runs" << std::endl;
  quorate::set_ensure_dump_hook(print_under_way);
  RunResult total;
  std::uint64_t failed = 0;
  RunOptions options = flags.first;
  for (std::uint64_t i = 0; i < flags.seeds; ++i, ++options.seed) {
    if (!run(options, flags.prints_trace, total)) ++failed;
  }
  std::cout << total.events << " events, " << total.crashes << " crashes, " << total.terms
            << " terms with a leader, " << total.entries << " entries applied, "
            << total.conf_changes << " of them conf changes, " << total.snapshots
            << " snapshots adopted, " << total.writes << " writes and " << total.reads
            << " reads answered, trace " << std::hex << total.trace_hash << std::dec << '\n'
            << failed << " of " << flags.seeds << " runs failed" << std::endl;
  return failed == 0 ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 2;
}
