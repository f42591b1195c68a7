// expire: leases that end together, each with a key; how long after the last was due its key is
// gone, and what puts do before and meanwhile. keep-alive: renewals in a second.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "proto/rpc.pb.h"
#include "tests/bench/load/calls.h"
#include "tests/bench/load/loads.h"
#include "tests/bench/load/requests.h"
#include "tests/bench/load/watches.h"

namespace quorate::bench {
namespace {

using std::chrono::seconds;

constexpr std::string_view kGrantMethod = "/etcdserverpb.Lease/LeaseGrant";
constexpr std::string_view kKeepAliveMethod = "/etcdserverpb.Lease/LeaseKeepAlive";
constexpr std::size_t kKeysOfTxn = 100;
// Puts are measured for so long before anything ends.
constexpr seconds kBefore{4};

struct Options {
  std::size_t leases = 100'000;
  std::size_t streams = 100;
  std::size_t ahead = 10;
  int due = 30;
  double seconds = 3;
};

// Ids that no server would give out by itself in our time.
std::int64_t lease_id(std::uint64_t number) {
  return static_cast<std::int64_t>(number) + 1;
}

std::string grant_request(std::uint64_t number, std::int64_t ttl) {
  etcdserverpb::LeaseGrantRequest request;
  request.set_id(lease_id(number));
  request.set_ttl(ttl);
  return request.SerializeAsString();
}

void run_all(Loop& loop, Calls& calls, std::uint64_t count) {
  calls.set_limit(count);
  loop.run_until([&] { return calls.done() == count; });
}

class Expiry {
 public:
  Expiry(const std::string& endpoint, const Options& options)
      : endpoint_{endpoint}, options_{options} {}

  void run() {
    Watches watches{loop_, endpoint_, 1, 1};
    watches.create("lease/", "lease0");
    loop_.run_until([&] { return watches.created() == 1; });
    grant();
    attach();
    loop_.run_until([&] { return watches.events() == options_.leases; });
    const auto first_end = first_end_ - std::chrono::milliseconds{500};
    if (Steady::now() > first_end - kBefore) give_up("not ready in time: give a later --due");
    Calls puts{loop_, endpoint_, {std::string{kPutMethod}, [](std::uint64_t number) {
                                    return put_request(padded(number % 10'000, 32), "value");
                                  }}};
    loop_.run_for(first_end - kBefore - Steady::now());
    puts.go();
    loop_.run_for(std::chrono::milliseconds{500});
    const double before = rate_until(puts, first_end, [] { return false; });
    loop_.run_for(first_end_ - Steady::now());
    const double meanwhile =
        rate_until(puts, {}, [&] { return watches.events() == 2 * options_.leases; });
    const double late = seconds_since(last_end_);
    puts.stop();
    loop_.run_until([&] { return puts.is_idle(); });
    std::printf("gone_after=%.3f puts_before=%.0f puts_meanwhile=%.0f\n", std::max(late, 0.001),
                before, meanwhile);
  }

 private:
  // Each for what is left until the moment when all are due, in whole seconds.
  void grant() {
    const auto due = Steady::now() + seconds{options_.due};
    Calls grants{loop_, endpoint_, {std::string{kGrantMethod}, [&](std::uint64_t number) {
                                      const auto now = Steady::now();
                                      const auto ttl = std::chrono::round<seconds>(due - now);
                                      first_end_ = std::min(first_end_, now + ttl);
                                      // It begins when it is granted, a moment later.
                                      last_end_ = std::max(last_end_, now + ttl);
                                      return grant_request(number, ttl.count());
                                    }}};
    run_all(loop_, grants, options_.leases);
  }

  void attach() {
    Calls txns{loop_, endpoint_, {std::string{kTxnMethod}, [&](std::uint64_t number) {
                                    std::vector<std::string> puts;
                                    for (std::uint64_t i = 0; i < kKeysOfTxn; ++i) {
                                      const std::uint64_t lease = number * kKeysOfTxn + i;
                                      puts.push_back(put_request("lease/" + padded(lease, 20), "v",
                                                                 lease_id(lease)));
                                    }
                                    return txn_of(puts);
                                  }}};
    run_all(loop_, txns, options_.leases / kKeysOfTxn);
  }

  double rate_until(const Calls& puts, std::optional<Steady::time_point> end,
                    const std::function<bool()>& done) {
    const auto begin = Steady::now();
    const std::uint64_t before = puts.done();
    loop_.run_until(done, end);
    return static_cast<double>(puts.done() - before) / seconds_since(begin);
  }

  const std::string& endpoint_;
  const Options& options_;
  Loop loop_;
  Steady::time_point first_end_ = Steady::time_point::max();
  Steady::time_point last_end_ = Steady::time_point::min();
};

// Each stream renews its leases in turn, some ahead of the answers.
class KeepAlives final : public Listener {
 public:
  KeepAlives(const std::string& endpoint, const Options& options)
      : endpoint_{endpoint}, options_{options} {}

  void run() {
    Calls grants{loop_, endpoint_, {std::string{kGrantMethod}, [](std::uint64_t number) {
                                      return grant_request(number, 3600);
                                    }}};
    run_all(loop_, grants, options_.leases);
    constexpr std::size_t kConnections = 10;
    std::vector<Pipe*> pipes;
    for (std::size_t i = 0; i < kConnections; ++i) {
      pipes.push_back(&loop_.connect(endpoint_, *this));
    }
    for (std::size_t i = 0; i < options_.streams; ++i) {
      Pipe& pipe = *pipes[i % kConnections];
      const StreamNumber stream = pipe.open(kKeepAliveMethod);
      for (std::size_t k = 0; k < options_.ahead; ++k) renew(pipe, stream);
    }
    const auto begin = Steady::now();
    loop_.run_for(std::chrono::duration_cast<Steady::duration>(
        std::chrono::duration<double>{options_.seconds}));
    const double took = seconds_since(begin);
    std::printf("renewals=%llu seconds=%.3f per_second=%.0f\n",
                static_cast<unsigned long long>(answers_), took,
                static_cast<double>(answers_) / took);
  }

  void on_message(Pipe& pipe, StreamNumber stream, std::string_view /*message*/) override {
    ++answers_;
    renew(pipe, stream);
  }
  void on_end(Pipe& /*pipe*/, StreamNumber /*stream*/) override {
    give_up("the server has ended a keep-alive stream");
  }

 private:
  void renew(Pipe& pipe, StreamNumber stream) {
    etcdserverpb::LeaseKeepAliveRequest request;
    request.set_id(lease_id(turn_++ % options_.leases));
    pipe.send(stream, request.SerializeAsString());
  }

  const std::string& endpoint_;
  const Options& options_;
  Loop loop_;
  std::uint64_t turn_ = 0;
  std::uint64_t answers_ = 0;
};

}  // namespace

void add_leases(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  auto* expire = app.add_subcommand("expire", "let leases end together");
  expire->add_option("--leases", options->leases, "a multiple of 100")->capture_default_str();
  expire->add_option("--due", options->due, "seconds from now")->capture_default_str();
  expire->callback([&run, options] {
    run.job = [&run, options] { Expiry{run.endpoint, *options}.run(); };
  });
  auto* keep_alive = app.add_subcommand("keep-alive", "renew leases for some seconds");
  keep_alive->add_option("--leases", options->leases)->capture_default_str();
  keep_alive->add_option("--streams", options->streams, "of all connections")
      ->capture_default_str();
  keep_alive->add_option("--ahead", options->ahead, "renewals under way on each stream")
      ->capture_default_str();
  keep_alive->add_option("--seconds", options->seconds)->capture_default_str();
  keep_alive->callback([&run, options] {
    run.job = [&run, options] { KeepAlives{run.endpoint, *options}.run(); };
  });
}

}  // namespace quorate::bench
