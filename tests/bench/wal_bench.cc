// What the log costs: a group of 1 to 1000 small entries, against a bare pwrite and fdatasync of as
// many bytes. Built with the tests, run by hand:
//   build/release-with-tests/tests/bench/wal_bench [DIR]
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <time.h>
#include <vector>

#include "common/clock.h"
#include "server/wal/group_builder.h"
#include "server/wal/posix_disk.h"
#include "server/wal/wal.h"

using namespace quorate;
using namespace quorate::wal;

namespace {

constexpr std::size_t kEntryBytes = 150;  // a put of a small key and value
constexpr int kGroups = 1500;

// The caller's loop: runs what is posted, on the thread that asks.
class Loop final : public Executor {
 public:
  void post(Callback<void()> work) override {
    const std::lock_guard lock{mutex_};
    queue_.push_back(std::move(work));
    wake_.notify_one();
  }
  void run_one() {
    std::unique_lock lock{mutex_};
    wake_.wait(lock, [&] { return !queue_.empty(); });
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
  }

 private:
  std::mutex mutex_;  // guards queue_, between caller and wal thread
  std::condition_variable wake_;
  std::deque<Callback<void()>> queue_;
};

double cpu_us(::clockid_t whose) {
  ::timespec time{};
  ::clock_gettime(whose, &time);
  return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

// Times of many groups.
class Times {
 public:
  void begin() { start_ = std::chrono::steady_clock::now(); }
  void end() {
    const std::chrono::duration<double, std::micro> took =
        std::chrono::steady_clock::now() - start_;
    all_.push_back(took.count());
  }
  void print(const std::string& what, double cpu, double caller_cpu) {
    std::sort(all_.begin(), all_.end());
    double sum = 0;
    for (const auto t : all_) sum += t;
    const auto count = static_cast<double>(all_.size());
    std::printf(
        "%-34s latency us: mean %7.1f p50 %7.1f p99 %7.1f | cpu us: all %7.1f caller %6.2f\n",
        what.c_str(), sum / count, all_[all_.size() / 2], all_[all_.size() * 99 / 100], cpu / count,
        caller_cpu / count);
  }

 private:
  std::chrono::steady_clock::time_point start_;
  std::vector<double> all_;
};

raft::Persist batch_of(std::uint64_t first, std::uint64_t count, const SharedBytes& data) {
  raft::Persist batch;
  for (std::uint64_t i = 0; i < count; ++i) {
    batch.entries.push_back({.term = Term{1}, .index = Index{first + i}, .data = data});
  }
  return batch;
}

// The same bytes, written as the log writes them, by the plainest of loops.
void measure_bare(const std::filesystem::path& dir, std::uint64_t count, const SharedBytes& data) {
  PosixDisk disk;
  auto file = disk.open(dir / "bare", Disk::Access::create);
  const std::string zeros(1 << 20, '\0');
  for (std::uint64_t at = 0; at < 64; ++at) (*file)->write(at << 20, zeros).value();
  (*file)->sync().value();
  GroupBuilder builder;
  builder.begin({});
  encode(batch_of(1, count, data), builder);
  builder.seal(1, 0);
  const std::string bytes{builder.pages()};
  const auto step = builder.sectors() * kSectorBytes;
  Times times;
  std::uint64_t offset = 0;
  const double cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
  for (int i = 0; i < kGroups; ++i) {
    times.begin();
    (*file)->write(offset / kPageBytes * kPageBytes, bytes).value();
    (*file)->sync().value();
    times.end();
    offset = (offset + step) % (60 << 20);
  }
  const double used = cpu_us(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  times.print(std::to_string(count) + " entries, bare write and sync", used, used);
  disk.remove(dir / "bare").value();
}

void measure_open(const Surroundings& around, const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto opened = Wal::open(around, options);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::printf("opened with %zu entries, %.0f MB of files: %.1f ms\n",
              opened->contents.entries.size(), static_cast<double>(opened->wal->disk_bytes()) / 1e6,
              took.count());
}

// `appends` calls with `count` entries each, then waiting until all are durable.
void measure_log(const std::filesystem::path& dir, std::uint64_t appends, std::uint64_t count,
                 const SharedBytes& data) {
  PosixDisk disk;
  SystemClock clock;
  Loop home;
  Options options;
  options.dir = dir / "wal";
  options.segment_bytes_first = options.segment_bytes_max;
  {
    auto wal = Wal::create({.disk = disk, .home = home, .clock = clock}, options,
                           {ClusterId{1}, MemberId{1}});
    Times times;
    std::uint64_t next = 1;
    std::vector<raft::Persist> batches;
    const double cpu = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
    double caller = 0;
    for (int i = 0; i < kGroups; ++i) {
      for (std::uint64_t k = 0; k < appends; ++k) {
        batches.push_back(batch_of(next, count, data));
        next += count;
      }
      times.begin();
      const double before = cpu_us(CLOCK_THREAD_CPUTIME_ID);
      std::uint64_t waiting = appends;
      for (auto& batch : batches) {
        (*wal)->append(std::move(batch), [&waiting](const WriteStats&) { --waiting; });
      }
      caller += cpu_us(CLOCK_THREAD_CPUTIME_ID) - before;
      batches.clear();
      while (waiting > 0) home.run_one();
      times.end();
      (*wal)->release(Index{next > 300'000 ? next - 300'000 : 0});
    }
    times.print(std::to_string(appends) + " x " + std::to_string(count) + " entries, log",
                cpu_us(CLOCK_PROCESS_CPUTIME_ID) - cpu, caller);
  }
  if (appends * count == 1000) measure_open({disk, home, clock}, options);
  std::filesystem::remove_all(options.dir);
}

}  // namespace

int main(int argc, char** argv) {
  std::string name = std::string{argc > 1 ? argv[1] : "."} + "/wal-bench-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    std::perror(name.c_str());
    return 1;
  }
  const std::filesystem::path dir{name};
  const SharedBytes data{std::string(kEntryBytes, 'd')};
  for (const std::uint64_t count : {1, 10, 100, 1000}) {
    measure_bare(dir, count, data);
    measure_log(dir, 1, count, data);
    if (count > 1) measure_log(dir, count, 1, data);
  }
  std::filesystem::remove_all(dir);
}
