// fill: puts keys as quickly as they are answered. range, count: reads all of them at once.
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "common/grpc/channel.h"
#include "common/grpc/stub.h"
#include "common/grpc/unary.h"
#include "common/rng.h"
#include "proto/rpc.pb.h"
#include "tests/bench/load/loads.h"
#include "tests/bench/load/pipe.h"
#include "tests/bench/load/requests.h"

namespace quorate::bench {
namespace {

struct Options {
  std::string endpoint;
  std::uint64_t keys = 1'000'000;
  std::size_t key_bytes = 64;
  std::size_t value_bytes = 64;
  std::size_t connections = 10;
  std::size_t streams = 100;
  bool random_order = false;
};

grpc::ChannelOptions channel_options(const Options& options) {
  grpc::ChannelOptions out;
  out.endpoints = {options.endpoint};
  return out;
}

// Visits 0..count-1 once each, in a scattered order: steps by a number prime to the count.
class Order {
 public:
  Order(std::uint64_t count, bool is_random)
      : count_{count}, step_{is_random ? 618'033'989u : 1u} {}
  [[nodiscard]] std::uint64_t at(std::uint64_t position) const {
    return step_ == 1 ? position : position * step_ % count_;
  }

 private:
  std::uint64_t count_;
  std::uint64_t step_;
};

// Keeps `streams` puts under way on each of several connections.
class Fill {
 public:
  explicit Fill(const Options& options)
      : options_{options}, order_{options.keys, options.random_order} {
    request_.set_value(std::string(options.value_bytes, 'v'));
    for (std::size_t i = 0; i < options.connections; ++i) {
      channels_.push_back(
          std::make_unique<grpc::Channel>(loop_, channel_options(options), Rng{i + 1}));
    }
    calls_.resize(options.connections * options.streams);
  }

  void run() {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t slot = 0; slot < calls_.size(); ++slot) next(slot);
    loop_.run_until([&] { return done_ == options_.keys; });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("puts=%llu seconds=%.3f per_second=%.0f\n", static_cast<unsigned long long>(done_),
                took.count(), static_cast<double>(done_) / took.count());
  }

 private:
  void next(std::size_t slot) {
    if (begun_ == options_.keys) return;
    request_.set_key(padded(order_.at(begun_++), options_.key_bytes));
    calls_[slot] = grpc::start_unary<etcdserverpb::PutResponse>(
        *channels_[slot % channels_.size()], "/etcdserverpb.KV/Put", request_, {},
        Callback<void(Result<etcdserverpb::PutResponse>)>{
            [this, slot](const Result<etcdserverpb::PutResponse>& answer) {
              answered(slot, answer);
            }});
  }

  void answered(std::size_t slot, const Result<etcdserverpb::PutResponse>& answer) {
    if (!answer) give_up("put: " + answer.error().message);
    ++done_;
    next(slot);
  }

  const Options& options_;
  Order order_;
  EventLoop loop_;
  std::vector<std::unique_ptr<grpc::Channel>> channels_;
  std::vector<grpc::Call> calls_;
  etcdserverpb::PutRequest request_;
  std::uint64_t begun_ = 0;
  std::uint64_t done_ = 0;
};

// One range over every key; the answer is taken as bytes, so that the client's parsing does not
// count.
void range_all(const Options& options, bool is_count_only) {
  EventLoop loop;
  grpc::Channel channel{loop, channel_options(options), Rng{1}};
  etcdserverpb::RangeRequest request;
  request.set_key(std::string(1, '\0'));
  request.set_range_end(std::string(1, '\0'));
  request.set_count_only(true);
  // The first call connects; it is not measured.
  auto counted =
      grpc::call_unary<etcdserverpb::RangeResponse>(channel, "/etcdserverpb.KV/Range", request, {});
  request.set_count_only(is_count_only);
  const auto start = std::chrono::steady_clock::now();
  const auto bytes = grpc::call_unary(channel, "/etcdserverpb.KV/Range",
                                      std::string_view{request.SerializeAsString()}, {});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (!counted || !bytes) give_up("range: " + (bytes ? counted.error() : bytes.error()).message);
  std::printf("rows=%lld bytes=%zu seconds=%.6f\n", static_cast<long long>(counted->count()),
              bytes->size(), took.count());
}

}  // namespace

void add_fill(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  auto* fill = app.add_subcommand("fill", "put keys");
  fill->add_option("--keys", options->keys)->capture_default_str();
  fill->add_option("--key-bytes", options->key_bytes)->capture_default_str();
  fill->add_option("--value-bytes", options->value_bytes)->capture_default_str();
  fill->add_option("--connections", options->connections)->capture_default_str();
  fill->add_option("--streams", options->streams, "of each connection")->capture_default_str();
  fill->add_flag("--random-order", options->random_order);
  const auto add = [&run, options](CLI::App* command, auto job) {
    command->callback([&run, options, job] {
      run.job = [&run, options, job] {
        options->endpoint = run.endpoint;
        job(*options);
      };
    });
  };
  add(fill, [](const Options& asked) { Fill{asked}.run(); });
  add(app.add_subcommand("range", "read every key in one range"),
      [](const Options& asked) { range_all(asked, false); });
  add(app.add_subcommand("count", "count every key"),
      [](const Options& asked) { range_all(asked, true); });
}

}  // namespace quorate::bench
