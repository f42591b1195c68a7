// Writers and watchers at random on a real server, which is killed now and then: every watch is
// told exactly what happened in its range, in order, each revision once and as a whole.
//
//   watch_test SERVER [--rounds N] [--writes N] [--seed N]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "common/ensure.h"
#include "tests/peers/etcd_process.h"
#include "tests/process/watching/watching.h"
#include "tests/process/watching/writing.h"

namespace {

using namespace quorate;
using namespace quorate::test;
using namespace std::chrono_literals;

constexpr std::size_t kClients = 8;

struct Settings {
  std::string server;
  std::uint64_t rounds = 3;
  std::uint64_t writes = 1500;
  std::uint64_t seed = random_seed();
};

class Test {
 public:
  Test(const Settings& settings, std::string again)
      : settings_{settings},
        again_{std::move(again)},
        rng_{settings.seed},
        process_{process_options(settings)},
        writers_{loop_, process_.endpoint(), history_, rng_.fork()} {
    for (std::size_t i = 0; i < kClients; ++i) {
      clients_.push_back(std::make_unique<WatchClient>(
          loop_, process_.endpoint(),
          Surroundings{[this] { return writers_.newest(); },
                       [this] { return writers_.compacted(); },
                       [this](const std::string& what) { fail(what); }},
          rng_.fork()));
    }
  }

  void run() {
    for (const auto& client : clients_) client->start();
    for (std::uint64_t round = 0; round < settings_.rounds; ++round) {
      write();
      if (round + 1 < settings_.rounds) kill();
      writers_.fill_gaps();
      for (const auto& client : clients_) expect_nothing(client->check_over(history_));
    }
    settle();
    report();
  }

 private:
  static EtcdProcess::Options process_options(const Settings& settings) {
    EtcdProcess::Options options;
    options.program = settings.server;
    // Small requests, so that what a slow client missed does not fit into one response.
    options.more_flags = {"--log-level=error", "--max-request-bytes=100000"};
    return options;
  }

  [[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "%s\nthe server said:\n%s\nagain with: %s\n", what.c_str(),
                 process_.log().c_str(), again_.c_str());
    std::exit(1);
  }
  void expect_nothing(const std::string& wrong) {
    if (!wrong.empty()) fail(wrong);
  }

  void write() {
    writers_.start(settings_.writes);
    if (!loop_.run_until([this] { return writers_.is_idle(); },
                         std::chrono::steady_clock::now() + 120s)) {
      fail("writes are not answered");
    }
  }

  // In the middle of writes.
  void kill() {
    writers_.start(settings_.writes);
    loop_.run_until([] { return false; }, std::chrono::steady_clock::now() +
                                              std::chrono::microseconds{rng_.between(1, 50'000)});
    process_.kill();
    writers_.stop();
    process_.start();
    if (!loop_.run_until([this] { return writers_.is_idle(); },
                         std::chrono::steady_clock::now() + 60s)) {
      fail("writes are not answered after the server came back");
    }
  }

  void settle() {
    for (const auto& client : clients_) client->settle();
    const auto have_all = [this] {
      for (const auto& client : clients_) {
        if (!client->has_all(history_)) return false;
      }
      return true;
    };
    // Who waits in vain is told by the comparison what is missing.
    loop_.run_until(have_all, std::chrono::steady_clock::now() + 30s);
    for (const auto& client : clients_) {
      expect_nothing(client->check_over(history_));
      expect_nothing(client->check_open(history_));
    }
  }

  void report() {
    std::size_t events = 0;
    std::size_t restarts = 0;
    for (const auto& client : clients_) {
      events += client->events();
      restarts += client->restarts();
    }
    std::printf("%llu writes, %lld revisions, %zu events, %zu streams lost: all as it was\n",
                static_cast<unsigned long long>(writers_.answered()),
                static_cast<long long>(history_.known_until()), events, restarts);
    if (events == 0) fail("nobody was told anything: nothing was tested");
  }

  const Settings& settings_;
  std::string again_;
  Rng rng_;
  EventLoop loop_;
  EtcdProcess process_;
  History history_;
  Writers writers_;
  std::vector<std::unique_ptr<WatchClient>> clients_;
};

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app{"Writes and watches at random and compares."};
  app.add_option("server", settings.server)->required();
  app.add_option("--rounds", settings.rounds, "one more than kills")->capture_default_str();
  app.add_option("--writes", settings.writes, "of a round")->capture_default_str();
  app.add_option("--seed", settings.seed);
  CLI11_PARSE(app, argc, argv);
  const std::string again = std::string{argv[0]} + " " + settings.server + " --rounds " +
                            std::to_string(settings.rounds) + " --writes " +
                            std::to_string(settings.writes) + " --seed " +
                            std::to_string(settings.seed);
  std::printf("%s\n", again.c_str());
  std::fflush(stdout);
  Test{settings, again}.run();
  return 0;
}
