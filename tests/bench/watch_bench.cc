// What watching costs the state thread: time per write and per event delivered, memory per idle
// watch and per stream. Run by hand:  watch_bench [writes]
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <malloc.h>
#include <memory>
#include <string>
#include <vector>

#include "server/watch/hub.h"

using namespace quorate;
using namespace quorate::watch;

namespace {

double now_ns() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// Nothing of the past is asked for here.
class NoHistory final : public History {
 public:
  [[nodiscard]] Revision compacted() const override { return Revision{-1}; }
  [[nodiscard]] Term term() const override { return Term{2}; }
  [[nodiscard]] std::optional<RowNumber> previous(std::string_view /*key*/,
                                                  Revision /*mod*/) const override {
    return {};
  }
  void fetch(std::vector<RowNumber> /*rows*/, Rows /*done*/) override { std::abort(); }
  void read(HistoryQuery /*query*/, Slice /*done*/) override { std::abort(); }
};

class Sink final : public StreamPort {
 public:
  [[nodiscard]] bool is_backlogged() const override { return false; }
  void send(Frames frames) override { bytes += frames.bytes; }
  void fail(const Error& /*error*/) override { std::abort(); }
  std::size_t bytes = 0;
};

std::string key_of(std::size_t n) {
  char key[64];
  std::snprintf(key, sizeof key, "/registry/pods/default/pod-%08zu", n);
  return key;
}

class Run {
 public:
  Run(const char* name, std::size_t streams, std::size_t watches, std::size_t keys)
      : name_{name}, watches_{watches}, keys_{keys}, sinks_(streams) {
    hub_ = std::make_unique<Hub>(Config{}, history_, clock_, Rng{1}, Revision{1});
    const std::size_t empty = mallinfo2().uordblks;
    for (Sink& sink : sinks_) streams_.push_back(hub_->open(sink));
    const std::size_t opened = mallinfo2().uordblks;
    for (std::size_t i = 0; i < watches; ++i) {
      CreateRequest request;
      request.key = key_of(i % keys);
      streams_[i % streams]->create(request, {});
    }
    hub_->flush();
    const std::size_t idle = mallinfo2().uordblks;
    std::printf(
        "%-34s %7.0f bytes a stream, %5.0f bytes an idle watch\n", name_,
        static_cast<double>(opened - empty) / static_cast<double>(streams),
        watches == 0 ? 0 : static_cast<double>(idle - opened) / static_cast<double>(watches));
  }

  // `batch` writes a turn.
  void write(std::size_t writes, std::size_t batch) {
    const std::uint64_t before = hub_->stats().events_sent;
    const double begin = now_ns();
    for (std::size_t i = 0; i < writes; ++i) {
      mvcc::Row::Fields fields;
      fields.number = RowNumber{++revision_};
      fields.revision.main = Revision{revision_};
      fields.create_revision = Revision{2};
      fields.version = revision_;
      const mvcc::RowPtr row =
          mvcc::RowPtr::make(fields, key_of(i * 7919 % keys_), std::string(128, 'v'));
      hub_->on_applied({&row, 1});
      if (i % batch == batch - 1) flush();
    }
    flush();
    const double ns = now_ns() - begin;
    const std::uint64_t events = hub_->stats().events_sent - before;
    std::printf("%-34s %7.0f ns a write, %5.1f ns an event, %zu writes a turn\n", name_,
                ns / static_cast<double>(writes),
                events == 0 ? 0 : ns / static_cast<double>(events), batch);
  }

 private:
  void flush() {
    while (hub_->flush()) {
    }
  }

  const char* name_;
  std::size_t watches_;
  std::size_t keys_;
  NoHistory history_;
  SystemClock clock_;
  std::unique_ptr<Hub> hub_;
  std::vector<Sink> sinks_;
  std::vector<std::unique_ptr<WatchStream>> streams_;
  std::int64_t revision_ = 1;
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t writes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  Run nobody{"nobody watches", 1, 0, 100'000};
  nobody.write(writes, 100);
  Run one_stream{"1,000 of one key, 1 stream", 1, 1000, 1};
  one_stream.write(writes / 100, 1);
  one_stream.write(writes / 100, 50);
  Run many_streams{"1,000 of one key, 1,000 streams", 1000, 1000, 1};
  many_streams.write(writes / 100, 1);
  many_streams.write(writes / 100, 50);
  Run ten{"10,000 keys, 100 streams", 100, 10'000, 10'000};
  ten.write(writes, 1);
  ten.write(writes, 100);
  Run hundred{"100,000 keys, 100 streams", 100, 100'000, 100'000};
  hundred.write(writes, 1);
  hundred.write(writes, 100);
  return 0;
}
