// put: as many as are answered. lag: puts at a fixed rate, and how long after the moment each was
// due its event reached a watcher. Who is late makes the next ones late: that counts.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "common/wire.h"
#include "tests/bench/load/calls.h"
#include "tests/bench/load/loads.h"
#include "tests/bench/load/requests.h"
#include "tests/bench/load/watches.h"

namespace quorate::bench {
namespace {

constexpr std::size_t kKeys = 10'000;
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kValueBytes = 64;

struct Options {
  double seconds = 3;
  double rate = 1000;
  std::string token;
  std::size_t connections = 10;
  std::size_t streams = 100;
};

std::string put_of(std::uint64_t number) {
  return put_request(padded(number % kKeys, kKeyBytes), padded(number, kValueBytes));
}

Steady::duration duration_of(double seconds) {
  return std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>{seconds});
}

void put(const std::string& endpoint, const Options& options) {
  Loop loop;
  Calls puts{
      loop,
      endpoint,
      {std::string{kPutMethod}, put_of, options.token, options.connections, options.streams}};
  const auto begin = Steady::now();
  puts.go();
  loop.run_for(duration_of(options.seconds));
  const double took = seconds_since(begin);
  std::printf("puts=%llu seconds=%.3f per_second=%.0f\n",
              static_cast<unsigned long long>(puts.done()), took,
              static_cast<double>(puts.done()) / took);
  puts.stop();
  loop.run_until([&] { return puts.is_idle(); });
}

// The number that put_of() wrote into the value.
std::uint64_t number_of(std::string_view event) {
  wire::Reader fields{event};
  while (const auto field = fields.next()) {
    if (field->number != 2) continue;
    wire::Reader kv{field->bytes};
    while (const auto part = kv.next()) {
      if (part->number == 5) return std::stoull(std::string{part->bytes});
    }
  }
  give_up("an event without a value");
}

void lag(const std::string& endpoint, const Options& options) {
  Loop loop;
  Watches watches{loop, endpoint, 1, 1};
  watches.create(std::string(1, '\0'), std::string(1, '\0'));
  loop.run_until([&] { return watches.created() == 1; });
  Calls puts{
      loop, endpoint, {std::string{kPutMethod}, put_of, {}, options.connections, options.streams}};
  loop.run_for(std::chrono::milliseconds{50});  // connections are made

  const auto count = static_cast<std::uint64_t>(options.rate * options.seconds);
  const auto begin = Steady::now();
  const auto due = [&](std::uint64_t number) {
    return begin + duration_of(static_cast<double>(number) / options.rate);
  };
  std::vector<double> lags;
  watches.on_event(
      [&](std::string_view event) { lags.push_back(seconds_since(due(number_of(event)))); });
  for (std::uint64_t next = 0; next < count;) {
    loop.run_until([] { return false; }, due(next));
    while (next < count && due(next) <= Steady::now()) puts.set_limit(++next);
  }
  loop.run_until([&] { return lags.size() == count; });
  lags.erase(lags.begin(), lags.begin() + static_cast<std::ptrdiff_t>(count / 10));  // warming up
  std::sort(lags.begin(), lags.end());
  const auto at = [&](double part) {
    return lags[static_cast<std::size_t>(part * static_cast<double>(lags.size() - 1))];
  };
  std::printf("p50=%.6f p99=%.6f max=%.6f\n", at(0.5), at(0.99), lags.back());
}

}  // namespace

void add_puts(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* what, auto job) {
    auto* command = app.add_subcommand(name, what);
    command->add_option("--seconds", options->seconds)->capture_default_str();
    command->add_option("--connections", options->connections)->capture_default_str();
    command->add_option("--streams", options->streams, "of each connection")->capture_default_str();
    command->callback(
        [&run, options, job] { run.job = [&run, options, job] { job(run.endpoint, *options); }; });
    return command;
  };
  add("put", "put for some seconds", put)->add_option("--token", options->token);
  add("lag", "put at a rate and time the events", lag)->add_option("--rate", options->rate);
}

}  // namespace quorate::bench
