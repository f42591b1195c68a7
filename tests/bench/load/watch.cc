// watch: events delivered in a second. So many requests are ahead of what their watchers have been
// told, so that events come as quickly as the server delivers them and never pile up without end.
// idle: opens watches and holds them until stdin ends.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/bench/load/calls.h"
#include "tests/bench/load/loads.h"
#include "tests/bench/load/requests.h"
#include "tests/bench/load/watches.h"

namespace quorate::bench {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kValueBytes = 64;

struct Options {
  std::size_t connections = 10;
  std::size_t streams = 10;
  std::size_t watches = 1000;
  std::size_t keys = 1;
  std::size_t ops = 1;
  std::size_t ahead = 100;
  double seconds = 3;
};

std::string key_of(std::size_t number) {
  return padded(number, kKeyBytes);
}

// Waits between some requests, so that none of the parties has to hold much.
void open_all(Loop& loop, Watches& watches, const Options& options) {
  constexpr std::size_t kAtOnce = 1000;
  for (std::size_t i = 0; i < options.watches; ++i) {
    watches.create(key_of(i % options.keys));
    if (i % kAtOnce == 0) loop.run_until([&] { return watches.created() + kAtOnce > i; });
  }
  loop.run_until([&] { return watches.created() == options.watches; });
}

std::string request_of(std::uint64_t number, const Options& options) {
  const std::string value(kValueBytes, 'v');
  const std::uint64_t first = number * options.ops;
  if (options.ops == 1) return put_request(key_of(first % options.keys), value);
  std::vector<std::string> puts;
  for (std::uint64_t i = 0; i < options.ops; ++i) {
    puts.push_back(put_request(key_of((first + i) % options.keys), value));
  }
  return txn_of(puts);
}

void watch(const std::string& endpoint, const Options& options) {
  Loop loop;
  Watches watches{loop, endpoint, options.connections, options.streams};
  open_all(loop, watches, options);
  Calls writes{loop,
               endpoint,
               {std::string{options.ops == 1 ? kPutMethod : kTxnMethod},
                [&](std::uint64_t number) { return request_of(number, options); }}};
  const std::uint64_t events_each = options.ops * options.watches / options.keys;
  const auto begin = Steady::now();
  const auto end = begin + std::chrono::duration_cast<Steady::duration>(
                               std::chrono::duration<double>{options.seconds});
  writes.set_limit(options.ahead);
  loop.run_until(
      [&] {
        writes.set_limit(watches.events() / events_each + options.ahead);
        return false;
      },
      end);
  const double took = seconds_since(begin);
  const std::uint64_t events = watches.events();
  writes.stop();
  loop.run_until([&] { return writes.is_idle(); });
  loop.run_until([&] { return watches.events() >= writes.done() * events_each; });
  if (watches.events() > writes.done() * events_each) give_up("more events than there were");
  std::printf("events=%llu seconds=%.3f per_second=%.0f all=%llu\n",
              static_cast<unsigned long long>(events), took, static_cast<double>(events) / took,
              static_cast<unsigned long long>(watches.events()));
}

void idle(const std::string& endpoint, const Options& options) {
  Loop loop;
  Watches watches{loop, endpoint, options.connections, options.streams};
  open_all(loop, watches, options);
  std::printf("watches=%llu\n", static_cast<unsigned long long>(watches.created()));
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

}  // namespace

void add_watch(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* what, auto job) {
    auto* command = app.add_subcommand(name, what);
    command->add_option("--connections", options->connections)->capture_default_str();
    command->add_option("--streams", options->streams, "of all connections")->capture_default_str();
    command->add_option("--watches", options->watches)->capture_default_str();
    command->add_option("--keys", options->keys)->capture_default_str();
    command->callback(
        [&run, options, job] { run.job = [&run, options, job] { job(run.endpoint, *options); }; });
    return command;
  };
  auto* command = add("watch", "write and count the events", watch);
  command->add_option("--ops", options->ops, "puts of a write")->capture_default_str();
  command->add_option("--ahead", options->ahead, "writes whose events are under way")
      ->capture_default_str();
  command->add_option("--seconds", options->seconds)->capture_default_str();
  add("idle", "open watches and hold them until stdin ends", idle);
}

}  // namespace quorate::bench
