// Time and memory of leases at a hundred thousand. Run by hand:
//   lease_bench [leases] [keys per lease]
// Times are this thread's processor time; memory is what malloc has handed out.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <malloc.h>
#include <string>
#include <string_view>

#include "common/rng.h"
#include "server/lease/lessor.h"

using quorate::LeaseId;
using quorate::Rng;
using quorate::lease::Due;
using quorate::lease::Lessor;
using quorate::lease::Renewal;

namespace {

using Steady = quorate::Clock::Steady;
using std::chrono::milliseconds;
using std::chrono::seconds;

double now_ns() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

class Bench {
 public:
  Bench(std::uint64_t leases, std::uint64_t keys) : leases_{leases}, keys_{keys} {
    lessor_.timekeeper().promote(now_, milliseconds{0});
  }

  void run() {
    make_ids_and_keys_only();
    grant();
    list();
    renew();
    attach();
    detach_others();
    promote();
    expire();
  }

 private:
  // Ids as unused_id() gives them, the same at every call.
  static LeaseId id_of(std::uint64_t n) {
    return LeaseId{static_cast<std::int64_t>(Rng{n}.next() >> 1)};
  }
  std::uint64_t shuffled(std::uint64_t n) const { return n * 7919 % leases_; }

  template <class Work>
  void measure(const char* what, std::uint64_t operations, Work work) {
    const double begin = now_ns();
    for (std::uint64_t n = 0; n < operations; ++n) work(n);
    std::printf("%-36s %8.1f ns\n", what, (now_ns() - begin) / static_cast<double>(operations));
  }
  void print_growth(const char* what, std::uint64_t count) {
    const std::size_t in_use = in_use_now();
    std::printf("%-36s %8.1f bytes\n", what,
                static_cast<double>(in_use - in_use_) / static_cast<double>(count));
    in_use_ = in_use;
  }
  static std::size_t in_use_now() {
    const struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
  }

  void grant() {
    measure("grant", leases_, [&](std::uint64_t n) {
      now_ += std::chrono::microseconds{3};
      if (!lessor_.grant(id_of(n), 60, now_)) std::abort();
    });
    print_growth("memory per lease", leases_);
  }
  void list() {
    const double begin = now_ns();
    if (lessor_.list().size() != leases_) std::abort();
    std::printf("%-36s %8.1f ms\n", "list", (now_ns() - begin) / 1e6);
  }
  void renew() {
    measure("renew", leases_, [&](std::uint64_t n) {
      now_ += std::chrono::microseconds{3};
      const Renewal renewal = lessor_.timekeeper().renew(id_of(shuffled(n)), now_);
      if (renewal.state != Renewal::State::renewed) std::abort();
    });
  }
  // Key number n; valid until the next call.
  std::string_view key_of(std::uint64_t n) {
    for (std::size_t i = key_.size(); i > 36; n /= 10) key_[--i] = static_cast<char>('0' + n % 10);
    return key_;
  }
  // What is in all the times below.
  void make_ids_and_keys_only() {
    std::uint64_t sum = 0;
    measure("(making an id)", leases_, [&](std::uint64_t n) {
      sum += static_cast<std::uint64_t>(id_of(shuffled(n)).value());
    });
    measure("(making a key)", leases_,
            [&](std::uint64_t n) { sum += static_cast<unsigned char>(key_of(n)[47]); });
    if (sum == 0) std::abort();
  }
  void attach() {
    if (keys_ == 0) return;
    measure("attach a key of 48 bytes", leases_ * keys_, [&](std::uint64_t n) {
      lessor_.attachments().attach(id_of(shuffled(n % leases_)), key_of(n));
    });
    print_growth("memory per key, the key included", leases_ * keys_);
    measure("attach again", leases_ * keys_, [&](std::uint64_t n) {
      lessor_.attachments().attach(id_of(shuffled(n % leases_)), key_of(n));
    });
  }
  void detach_others() {
    measure("detach a key without lease", leases_,
            [&](std::uint64_t n) { lessor_.attachments().detach(key_of(n + 1'000'000'000)); });
  }
  void promote() {
    lessor_.timekeeper().demote();
    const double begin = now_ns();
    lessor_.timekeeper().promote(now_, milliseconds{1000});
    std::printf("%-36s %8.1f ms\n", "promote", (now_ns() - begin) / 1e6);
  }
  void expire() {
    now_ += seconds{62};
    std::uint64_t revoked = 0;
    double longest = 0;
    const double begin = now_ns();
    while (lessor_.book().size() > 0) {
      const double turn = now_ns();
      const Due due = lessor_.timekeeper().poll(now_, 1000);
      longest = std::max(longest, now_ns() - turn);
      for (const LeaseId id : due.revokes) {
        if (!lessor_.revoke(id)) std::abort();
      }
      revoked += due.revokes.size();
    }
    std::printf("%-36s %8.1f ns, longest poll %.1f ms\n", "end and revoke, per lease",
                (now_ns() - begin) / static_cast<double>(revoked), longest / 1e6);
  }

  std::uint64_t leases_;
  std::uint64_t keys_;
  std::string key_ = "/registry/events/namespace-0001/pod-000000000000";
  std::size_t in_use_ = in_use_now();
  Steady now_{};
  Lessor lessor_{2};
};

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t leases = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const std::uint64_t keys = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  Bench{leases, keys}.run();
  return 0;
}
