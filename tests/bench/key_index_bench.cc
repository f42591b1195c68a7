// Time and memory of the key index at a million keys. Run by hand:
//   key_index_bench [random|ascending|paths] [keys]
// Memory is what malloc has handed out and what the process has grown by, the keys to insert not
// counted: they are made on the fly from their number.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <malloc.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "common/rng.h"
#include "server/mvcc/key_index.h"

using quorate::Revision;
using quorate::Rng;
using quorate::RowNumber;
using quorate::mvcc::Found;
using quorate::mvcc::KeyIndex;
using quorate::mvcc::KeyRange;

namespace {

enum class Order { random, ascending, paths };

// Key number n, 64 bytes, the same at every call.
class Keys {
 public:
  explicit Keys(Order order) : order_{order} {}

  std::string_view make(std::uint64_t n) {
    Rng rng{n};
    if (order_ == Order::random) {
      for (std::size_t i = 0; i < sizeof text_; i += 8) {
        const std::uint64_t word = rng.next();
        std::memcpy(text_ + i, &word, 8);
      }
    } else if (order_ == Order::ascending) {
      write_number(0, 64, 10, n);
    } else {
      const std::uint64_t chance = rng.next();
      std::memcpy(text_, "/registry/pods/namespace-XXXX/deployment-", 41);
      write_number(25, 4, 10, chance % 1000);
      write_number(41, 16, 16, chance);
      text_[57] = '-';
      write_number(58, 6, 32, n);
    }
    return {text_, 64};
  }

 private:
  void write_number(std::size_t at, std::size_t digits, std::uint64_t base, std::uint64_t n) {
    for (std::size_t i = at + digits; i-- > at; n /= base) {
      text_[i] = "0123456789abcdefghijklmnopqrstuv"[n % base];
    }
  }

  Order order_;
  char text_[64] = {};
};

double resident_mb() {
  std::ifstream statm{"/proc/self/statm"};
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

// Counts this thread's processor time: what else the machine does costs less then.
class Stopwatch {
 public:
  // Prints the time since the last call, per operation.
  void lap(const char* what, std::uint64_t operations) {
    std::printf("%-34s %8.1f ns\n", what, elapsed_ns() / static_cast<double>(operations));
    restart();
  }
  void restart() { begin_ = now_ns(); }
  [[nodiscard]] double elapsed_ns() const { return now_ns() - begin_; }

 private:
  static double now_ns() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
  }
  double begin_ = now_ns();
};

struct Memory {
  struct mallinfo2 heap = mallinfo2();
  double resident = resident_mb();

  void print_growth(const char* when, const KeyIndex& index) const {
    const Memory now;
    std::printf("%-34s %6.1f MB in use, %6.1f MB heap, %6.1f MB resident, %6.1f MB own count\n",
                when, mb(now.heap.uordblks - heap.uordblks), mb(now.heap.arena - heap.arena),
                now.resident - resident, mb(index.memory_bytes()));
  }

 private:
  static double mb(std::size_t bytes) { return static_cast<double>(bytes) / 1e6; }
};

struct Run {
  KeyIndex index;
  Keys keys;
  std::uint64_t count;
  std::int64_t revision = 1;
  Memory before{};
  Stopwatch watch;

  void put(std::uint64_t n) {
    ++revision;
    index.put(keys.make(n), Revision{revision}, RowNumber{revision});
  }

  void fill() {
    watch.restart();
    for (std::uint64_t n = 0; n < count; ++n) put(n);
    watch.lap("insert, from empty", count);
    before.print_growth("memory, full", index);
  }
  void insert_more() {
    const std::uint64_t more = count / 10;
    watch.restart();
    for (std::uint64_t n = 0; n < more; ++n) put(count + n);
    watch.lap("insert, into full", more);
  }
  void make_keys_only() {
    std::uint64_t sum = 0;
    watch.restart();
    for (std::uint64_t n = 0; n < count; ++n) {
      sum += static_cast<unsigned char>(keys.make(n * 7919 % count)[5]);
    }
    watch.lap(sum == 0 ? "?" : "(making a key, in all of these)", count);
  }
  void find() {
    std::uint64_t found = 0;
    watch.restart();
    for (std::uint64_t n = 0; n < count; ++n) {
      found += index.find(keys.make(n * 7919 % count)) ? 1 : 0;
    }
    watch.lap("find", count);
    if (found != count) std::abort();
  }
  void visit(const char* what, Revision at) {
    std::uint64_t bytes = 0;
    std::uint64_t seen = 0;
    watch.restart();
    index.visit(KeyRange::all(), at, [&](const Found& found) {
      bytes += static_cast<unsigned char>(found.key[0]);
      ++seen;
      return KeyIndex::Visit::go_on;
    });
    watch.lap(what, seen);
    if (bytes == 0) std::abort();
  }
  void count_ranges() {
    std::int64_t sum = 0;
    watch.restart();
    for (std::uint64_t n = 0; n < 100'000; ++n) {
      const std::string from{keys.make(n)};
      sum += index.count(KeyRange::bounded(from, keys.make(n + 1)));
    }
    watch.lap("count of a range", 100'000);
    if (sum == 0) std::abort();
  }
  void update(const char* what) {
    watch.restart();
    for (std::uint64_t n = 0; n < count; ++n) put(n * 7919 % count);
    watch.lap(what, count);
    before.print_growth("memory, after that", index);
  }
  void compact() {
    std::vector<RowNumber> dropped;
    std::optional<std::string> next{""};
    double longest = 0;
    dropped.reserve(4 * count);
    watch.restart();
    while (next) {
      const Stopwatch slice;
      next = index.compact_slice(*next, Revision{revision}, 1000, dropped);
      longest = std::max(longest, slice.elapsed_ns() / 1000);
    }
    watch.lap("compact, per key", count);
    std::printf("%-34s %8zu rows, longest slice of 1000 %.0f us\n", "", dropped.size(), longest);
    before.print_growth("memory, compacted", index);
  }
};

// What one cache miss costs here and now: a walk over 64 MB where each step says the next.
void random_access() {
  constexpr std::size_t kPlaces = std::size_t{1} << 20;
  struct alignas(64) Place {
    std::size_t next;
  };
  std::vector<Place> places(kPlaces);
  Rng rng{1};
  for (std::size_t i = 0; i < kPlaces; ++i) places[i].next = i;
  // Sattolo's shuffle: one cycle through all places.
  for (std::size_t i = kPlaces - 1; i > 0; --i) std::swap(places[i], places[rng.below(i)]);
  Stopwatch watch;
  std::size_t at = 0;
  for (std::size_t i = 0; i < kPlaces; ++i) at = places[at].next;
  watch.lap(at == 0 ? "(one cache miss)" : "?", kPlaces);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string order = argc > 1 ? argv[1] : "random";
  const std::uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  const KeyIndex::NodeLimits limits{argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 2048,
                                    argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 4096};
  Run run{KeyIndex{limits},
          Keys{order == "ascending" ? Order::ascending
               : order == "paths"   ? Order::paths
                                    : Order::random},
          count,
          1,
          {},
          {}};
  random_access();
  run.before = Memory{};
  run.fill();
  run.make_keys_only();
  run.find();
  run.visit("visit, newest", Revision{});
  run.visit("visit, first half", Revision{static_cast<std::int64_t>(count / 2)});
  run.count_ranges();
  run.insert_more();
  run.update("update, second change");
  run.find();
  run.visit("visit, all with history", Revision{});
  run.update("update, third change");
  run.compact();
  run.visit("visit, compacted", Revision{});
  random_access();
  return 0;
}
