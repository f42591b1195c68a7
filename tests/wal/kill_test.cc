// Real processes on real files.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "common/worker_thread.h"
#include "server/wal/posix_disk.h"
#include "tests/wal/temp_dir.h"
#include "tests/wal/workload.h"

using namespace quorate;
using namespace quorate::wal;

namespace {

constexpr Identity kWhose{ClusterId{7}, MemberId{8}};
// Appended and not yet acknowledged: as many steps the parent has to try.
constexpr std::uint64_t kOutstandingMax = 40;

Options options_in(const TempDir& temp) {
  Options options;
  options.dir = temp.path() / "wal";
  options.segment_bytes_first = 16 * 1024;
  options.segment_bytes_max = 128 * 1024;
  return options;
}

class Pipe {
 public:
  Pipe() { REQUIRE(::pipe(ends_) == 0); }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(int end) {
    if (ends_[end] >= 0) ::close(std::exchange(ends_[end], -1));
  }
  [[nodiscard]] int reading() const { return ends_[0]; }
  [[nodiscard]] int writing() const { return ends_[1]; }
  // False at the end.
  bool read(std::uint64_t& number) const {
    return ::read(ends_[0], &number, sizeof number) == sizeof number;
  }
  void write(std::uint64_t number) const {
    if (::write(ends_[1], &number, sizeof number) != sizeof number) ::_exit(3);
  }

 private:
  int ends_[2];
};

// In the child: works on the log until it is killed, and tells each step acknowledged, by number.
[[noreturn]] void work(const Options& options, Workload workload, const Pipe& acknowledged) {
  std::signal(SIGABRT, SIG_DFL);  // doctest's own handler would report a failure of its own
  PosixDisk disk;
  SystemClock clock;
  Pipe tickets;
  for (std::uint64_t i = 0; i < kOutstandingMax; ++i) tickets.write(i);
  WorkerThread home{"home"};
  auto opened = Wal::open({.disk = disk, .home = home, .clock = clock}, options);
  if (!opened) ::_exit(2);
  std::uint64_t ticket = 0;
  for (std::uint64_t number = 1; tickets.read(ticket); ++number) {
    auto step = workload.next();
    if (!step.batch) {
      // Everything before has to be durable.
      for (std::uint64_t i = 1; i < kOutstandingMax; ++i) tickets.read(ticket);
      opened->wal->release(step.release);
      for (std::uint64_t i = 0; i < kOutstandingMax; ++i) tickets.write(0);
      continue;
    }
    opened->wal->append(std::move(*step.batch), [&, number](const WriteStats&) {
      acknowledged.write(number);
      tickets.write(0);
    });
  }
  ::_exit(4);
}

// Lets a child work until it has acknowledged `count` steps, kills it there and then, and returns
// the last it acknowledged.
std::uint64_t work_and_kill(const Options& options, const Workload& workload, std::uint64_t count) {
  Pipe acknowledged;
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    acknowledged.close_end(0);
    work(options, workload, acknowledged);
  }
  acknowledged.close_end(1);
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!acknowledged.read(last)) break;
  }
  REQUIRE(::kill(child, SIGKILL) == 0);
  std::uint64_t more = 0;
  while (acknowledged.read(more)) last = more;
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));  // not one of its own exits
  REQUIRE(WTERMSIG(status) == SIGKILL);
  return last;
}

// The workload after exactly the steps the log holds.
Workload catch_up(Workload workload, std::uint64_t acknowledged, const Contents& contents) {
  std::string difference;
  for (std::uint64_t done = 0; done <= acknowledged + 8 * kOutstandingMax; ++done) {
    if (done > 0) workload.next();
    if (done < acknowledged) continue;
    difference = workload.model().difference(contents);
    if (difference.empty()) return workload;
  }
  FAIL("the log is none of the possible ones, at last: " << difference);
  return workload;
}

}  // namespace

TEST_CASE("a process killed at any moment leaves a log with everything it acknowledged") {
  const char* text = std::getenv("QUORATE_WAL_KILLS");
  const std::uint64_t kills = text == nullptr ? 40 : std::stoull(text);
  const char* seed_text = std::getenv("QUORATE_WAL_SEED");
  const std::uint64_t seed = seed_text == nullptr ? 1 : std::stoull(seed_text);
  INFO("replay with: QUORATE_WAL_SEED=" << seed << " QUORATE_WAL_KILLS=" << kills
                                        << " wal_test -tc='*killed*'");
  Rng rng{seed};
  const TempDir temp;
  const auto options = options_in(temp);
  PosixDisk disk;
  SystemClock clock;
  Workload workload{rng.fork()};
  {
    WorkerThread home{"home"};
    const auto around = Surroundings{.disk = disk, .home = home, .clock = clock};
    REQUIRE(Wal::create(around, options, kWhose).has_value());
  }
  for (std::uint64_t round = 0; round < kills; ++round) {
    CAPTURE(round);
    const auto last = work_and_kill(options, workload, rng.below(150));
    WorkerThread home{"home"};
    const auto opened = Wal::open({.disk = disk, .home = home, .clock = clock}, options);
    REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().message));
    CHECK(opened->contents.identity == kWhose);
    workload = catch_up(workload, last, opened->contents);
    workload.reseed(rng.fork());
  }
}

TEST_CASE("a write that fails ends the process with a sentence") {
  const TempDir temp;
  Pipe error;
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(error.writing(), STDERR_FILENO);
    std::signal(SIGABRT, SIG_DFL);  // doctest's own handler would report a failure
    PosixDisk disk;
    SystemClock clock;
    WorkerThread home{"home"};
    auto options = options_in(temp);
    auto made = Wal::create({.disk = disk, .home = home, .clock = clock}, options, kWhose);
    if (!made) ::_exit(2);
    // The next segment cannot be made: there is a directory where it has to go.
    if (!disk.make_dir(options.dir / "00000002.wal")) ::_exit(3);
    raft::Persist batch;
    batch.entries = {
        {.term = Term{1}, .index = Index{1}, .data = SharedBytes{std::string(20'000, 'x')}}};
    (*made)->append(std::move(batch), [](const WriteStats&) { ::_exit(4); });
    made->reset();
    ::_exit(5);
  }
  error.close_end(1);
  std::string said;
  char buffer[512];
  for (ssize_t n = 0; (n = ::read(error.reading(), buffer, sizeof buffer)) > 0;) {
    said.append(buffer, static_cast<std::size_t>(n));
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
  CHECK_MESSAGE(
      said.find("the log could not be written, what the disk holds is unknown: renaming ") !=
          std::string::npos,
      said);
}
