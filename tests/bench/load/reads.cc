// pages: reads every key, so many at a time. stream: reads them as one RangeStream.
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "common/wire.h"
#include "proto/rpc.pb.h"
#include "tests/bench/load/loads.h"
#include "tests/bench/load/loop.h"

namespace quorate::bench {
namespace {

struct Options {
  std::int64_t limit = 1000;
};

// What a RangeResponse holds, looked at without a copy.
struct Page {
  std::uint64_t rows = 0;
  std::string_view last_key;
  bool has_more = false;
};

Page read_page(std::string_view response) {
  Page page;
  std::string_view last;
  wire::Reader fields{response};
  while (const auto field = fields.next()) {
    if (field->number == 2) {
      last = field->bytes;
      ++page.rows;
    } else if (field->number == 3) {
      page.has_more = field->value != 0;
    }
  }
  wire::Reader kv{last};
  if (const auto key = kv.next(); key && key->number == 1) page.last_key = key->bytes;
  return page;
}

class Read final : public Listener {
 public:
  Read(const std::string& endpoint, std::int64_t limit)
      : limit_{limit}, pipe_{loop_.connect(endpoint, *this)} {}

  void run() {
    const auto begin = Steady::now();
    begin_from(std::string(1, '\0'));
    loop_.run_until([this] { return is_done_; });
    std::printf("rows=%llu bytes=%llu seconds=%.3f\n", static_cast<unsigned long long>(rows_),
                static_cast<unsigned long long>(bytes_), seconds_since(begin));
  }

  void on_message(Pipe& /*pipe*/, StreamNumber /*stream*/, std::string_view message) override {
    bytes_ += message.size();
    if (limit_ == 0) {  // a RangeStreamResponse, around a RangeResponse
      wire::Reader fields{message};
      while (const auto field = fields.next()) take(read_page(field->bytes));
    } else {
      take(read_page(message));
    }
  }
  void on_end(Pipe& /*pipe*/, StreamNumber /*stream*/) override {
    if (limit_ > 0 && has_more_) return begin_from(next_);
    if (rows_ == 0) give_up("nothing was read");
    is_done_ = true;
  }

 private:
  void begin_from(const std::string& key) {
    etcdserverpb::RangeRequest request;
    request.set_key(key);
    request.set_range_end(std::string(1, '\0'));
    request.set_limit(limit_);
    const char* method = limit_ == 0 ? "/etcdserverpb.KV/RangeStream" : "/etcdserverpb.KV/Range";
    pipe_.call(method, request.SerializeAsString());
  }

  void take(const Page& page) {
    rows_ += page.rows;
    has_more_ = page.has_more;
    next_ = std::string{page.last_key} + '\0';
  }

  std::int64_t limit_;  // 0: a stream
  Loop loop_;
  Pipe& pipe_;
  std::string next_;
  std::uint64_t rows_ = 0;
  std::uint64_t bytes_ = 0;
  bool has_more_ = false;
  bool is_done_ = false;
};

}  // namespace

void add_reads(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  auto* pages = app.add_subcommand("pages", "read every key, so many at a time");
  pages->add_option("--limit", options->limit)->capture_default_str();
  pages->callback([&run, options] {
    run.job = [&run, options] { Read{run.endpoint, options->limit}.run(); };
  });
  app.add_subcommand("stream", "read every key as one stream")->callback([&run] {
    run.job = [&run] { Read{run.endpoint, 0}.run(); };
  });
}

}  // namespace quorate::bench
