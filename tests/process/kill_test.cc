// The server killed at random moments under load, again and again, on the same data: nothing that
// was acknowledged is lost, nothing is there by half.
//
//   kill_test SERVER [--rounds N] [--seed N]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "common/grpc/channel.h"
#include "common/grpc/stub.h"
#include "common/grpc/unary.h"
#include "common/rng.h"
#include "proto/rpc.pb.h"
#include "tests/peers/etcd_process.h"

namespace {

using namespace quorate;
using namespace std::chrono_literals;
using etcdserverpb::RangeRequest;
using etcdserverpb::RangeResponse;
using etcdserverpb::TxnRequest;
using etcdserverpb::TxnResponse;

constexpr std::size_t kWriters = 32;

std::string seed_line;
const test::EtcdProcess* server_process = nullptr;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\nagain with: %s\n", what.c_str(), seed_line.c_str());
  if (server_process != nullptr) {
    std::fprintf(stderr, "the server said:\n%s\n", server_process->log().c_str());
  }
  std::exit(1);
}

// Every write of a round: a transaction that puts the same number under two keys. 0 = the answer
// was not seen.
using Writes = std::map<std::uint64_t, std::int64_t>;

std::string key(char side, std::uint64_t round, std::uint64_t number) {
  char text[64];
  std::snprintf(text, sizeof text, "%c/%06llu/%08llu", side, static_cast<unsigned long long>(round),
                static_cast<unsigned long long>(number));
  return text;
}

class Round {
 public:
  Round(const std::string& endpoint, std::uint64_t round)
      : round_{round}, channel_{loop_, options(endpoint), Rng{round + 1}} {}

  // Until the server answers; it may just be starting.
  std::int64_t wait_until_ready() {
    RangeRequest request;
    request.set_key("x");
    grpc::CallOptions call;
    call.deadline = std::chrono::steady_clock::now() + 30s;
    const auto answer =
        grpc::call_unary<RangeResponse>(channel_, "/etcdserverpb.KV/Range", request, call);
    if (!answer) fail("the server did not come back: " + answer.error().message);
    return answer->header().revision();
  }

  // Writes until `end`, then stops listening: what is under way stays without an answer.
  Writes write_until(std::chrono::steady_clock::time_point end) {
    calls_.resize(kWriters);
    for (std::size_t i = 0; i < kWriters; ++i) write(i);
    loop_.run_until([] { return false; }, end);
    return std::move(writes_);
  }

  void check(const Writes& writes, std::uint64_t round) {
    const auto first = side('a', round);
    const auto second = side('b', round);
    for (const auto& [number, revision] : writes) {
      const auto a = first.find(number);
      const auto b = second.find(number);
      const bool is_half = (a == first.end()) != (b == second.end());
      if (is_half) fail("half of transaction " + key('a', round, number) + " is there");
      if (a == first.end()) {
        if (revision != 0) fail("acknowledged " + key('a', round, number) + " is lost");
        continue;
      }
      if (a->second != b->second) fail("two revisions of one transaction");
      if (revision != 0 && a->second != revision) fail("a write moved to another revision");
    }
  }

 private:
  static grpc::ChannelOptions options(const std::string& endpoint) {
    grpc::ChannelOptions out;
    out.endpoints = {endpoint};
    out.backoff_first = 2ms;
    out.backoff_max = 20ms;
    return out;
  }

  void write(std::size_t writer) {
    const std::uint64_t number = next_++;
    writes_[number] = 0;
    TxnRequest request;
    for (const char side : {'a', 'b'}) {
      auto* put = request.add_success()->mutable_request_put();
      put->set_key(key(side, round_, number));
      put->set_value(std::to_string(number));
    }
    calls_[writer] = grpc::start_unary<TxnResponse>(
        channel_, "/etcdserverpb.KV/Txn", request, {},
        Callback<void(Result<TxnResponse>)>{
            [this, writer, number](const Result<TxnResponse>& answer) {
              if (!answer) return;  // killed under way
              writes_[number] = answer->header().revision();
              write(writer);
            }});
  }

  // Number -> mod revision of what is there.
  std::map<std::uint64_t, std::int64_t> side(char name, std::uint64_t round) {
    RangeRequest request;
    request.set_key(key(name, round, 0));
    request.set_range_end(key(name, round + 1, 0));
    const auto answer =
        grpc::call_unary<RangeResponse>(channel_, "/etcdserverpb.KV/Range", request, {});
    if (!answer) fail("range: " + answer.error().message);
    std::map<std::uint64_t, std::int64_t> found;
    for (const auto& kv : answer->kvs()) found[std::stoull(kv.value())] = kv.mod_revision();
    return found;
  }

  std::uint64_t round_;
  EventLoop loop_;
  grpc::Channel channel_;
  std::vector<grpc::Call> calls_;
  Writes writes_;
  std::uint64_t next_ = 0;
};

// Old revisions go now and then, so that kills meet compactions too.
void compact(const std::string& endpoint, std::int64_t revision) {
  EventLoop loop;
  grpc::ChannelOptions options;
  options.endpoints = {endpoint};
  grpc::Channel channel{loop, options, Rng{1}};
  etcdserverpb::CompactionRequest request;
  request.set_revision(revision);
  const auto answer = grpc::call_unary<etcdserverpb::CompactionResponse>(
      channel, "/etcdserverpb.KV/Compact", request, {});
  if (!answer) fail("compact: " + answer.error().message);
}

}  // namespace

int main(int argc, char** argv) {
  std::string server;
  std::uint64_t rounds = 200;
  std::uint64_t seed = random_seed();
  CLI::App app{"Kills the server again and again."};
  app.add_option("server", server)->required();
  app.add_option("--rounds", rounds)->capture_default_str();
  app.add_option("--seed", seed);
  CLI11_PARSE(app, argc, argv);
  seed_line = std::string{argv[0]} + " " + server + " --rounds " + std::to_string(rounds) +
              " --seed " + std::to_string(seed);
  std::printf("%s\n", seed_line.c_str());

  Rng rng{seed};
  test::EtcdProcess::Options options;
  options.program = server;
  // Small segments, so that kills meet changes of segment as well.
  options.more_flags = {"--log-level=error", "--wal-segment-bytes=1000000"};
  test::EtcdProcess process{options};
  server_process = &process;
  std::vector<Writes> history;
  std::int64_t revision = 0;
  std::uint64_t acknowledged = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    if (round > 0) process.start();
    Round now{process.endpoint(), round};
    const std::int64_t came_back_at = now.wait_until_ready();
    if (came_back_at < revision) fail("the revision went back");
    if (round > 0) now.check(history.back(), round - 1);
    if (rng.chance(1, 8) && came_back_at > 10) compact(process.endpoint(), came_back_at - 5);
    const auto length = std::chrono::microseconds{rng.between(500, 60'000)};
    history.push_back(now.write_until(std::chrono::steady_clock::now() + length));
    process.kill();
    for (const auto& [number, at] : history.back()) {
      revision = std::max(revision, at);
      acknowledged += at != 0 ? 1 : 0;
    }
  }
  process.start();
  Round last{process.endpoint(), rounds};
  last.wait_until_ready();
  for (std::uint64_t round = 0; round < rounds; ++round) last.check(history[round], round);
  std::printf("%llu kills, %llu acknowledged transactions, all there\n",
              static_cast<unsigned long long>(rounds),
              static_cast<unsigned long long>(acknowledged));
  if (acknowledged == 0) fail("nothing was ever acknowledged: nothing was tested");
  return 0;
}
