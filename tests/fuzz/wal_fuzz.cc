#include "tests/fuzz/wal_fuzz.h"

#include <cstdio>
#include <sstream>

#include "common/clock.h"
#include "common/ensure.h"
#include "server/wal/dump_log.h"
#include "server/wal/group_builder.h"
#include "server/wal/little_endian.h"
#include "server/wal/wal.h"
#include "tests/sim/fake_disk.h"
#include "tests/sim/manual_executor.h"

namespace quorate::wal {
namespace {

const std::string kDir = "/wal";
constexpr std::size_t kPiecesMax = 8;

std::string_view take(std::string_view& from, std::size_t count) {
  const auto taken = from.substr(0, count);
  from.remove_prefix(taken.size());
  return taken;
}

std::vector<std::string> pieces_of(std::string_view input) {
  std::vector<std::string> pieces;
  while (input.size() >= 4 && pieces.size() < kPiecesMax) {
    const auto size = get_little_endian<std::uint32_t>(take(input, 4).data());
    pieces.emplace_back(take(input, size));
  }
  return pieces;
}

std::string path_of(std::size_t sequence) {
  char name[32];
  std::snprintf(name, sizeof name, "/%08zx.wal", sequence);
  return kDir + name;
}

// One segment: a head, and each piece as a group's records.
std::string craft(const std::vector<std::string>& pieces) {
  GroupBuilder builder;
  builder.begin({});
  encode(Head{}, builder);
  auto chain = builder.seal(1, 0);
  std::string bytes{builder.pages().substr(0, builder.sectors() * kSectorBytes)};
  for (const auto& records : pieces) {
    const auto page = bytes.size() / kPageBytes * kPageBytes;
    builder.begin(std::string_view{bytes}.substr(page));
    builder.append(records);
    chain = builder.seal(1, chain);
    const auto end = bytes.size() + builder.sectors() * kSectorBytes;
    bytes.resize(page);
    bytes += builder.pages();
    bytes.resize(end);
  }
  bytes.resize((bytes.size() / kPageBytes + 2) * kPageBytes);
  return bytes;
}

class FuzzedLog {
 public:
  explicit FuzzedLog(std::string_view input) : disk_{Rng{1}} {
    options_.dir = kDir;
    options_.segment_bytes_first = 8 * 1024;
    options_.segment_bytes_max = 16 * 1024;
    ENSURE(disk_.make_dir(kDir).has_value());
    if (input.empty()) return;
    const auto kind = static_cast<FuzzInput>(input[0] & 1);
    const auto pieces = pieces_of(input.substr(1));
    if (kind == FuzzInput::crafted) {
      disk_.put(path_of(1), craft(pieces));
    } else {
      for (std::size_t i = 0; i < pieces.size(); ++i) disk_.put(path_of(i + 1), pieces[i]);
    }
  }

  void check() {
    const bool dumps = dump();
    auto opened = open();
    if (!opened) {
      ENSURE(!dumps);
      return;
    }
    ENSURE(dumps);
    const auto contents = std::move(opened->contents);
    opened = open();
    ENSURE(opened.has_value());
    ENSURE(same(opened->contents, contents));
    append_to(*opened->wal, contents);
    opened = open();
    ENSURE(opened.has_value());
    ENSURE(opened->contents.entries.size() == contents.entries.size() + 1);
  }

 private:
  static bool same(const Contents& a, const Contents& b) {
    return a.identity == b.identity && a.hard_state == b.hard_state && a.snapshot == b.snapshot &&
           a.start_index == b.start_index && a.start_term == b.start_term && a.entries == b.entries;
  }

  bool dump() {
    std::ostringstream out;
    return dump_log(disk_, kDir, Payload::hint, out).has_value();
  }

  Result<Wal::Opened> open() {
    disk_.end_process();
    return Wal::open({.disk = disk_, .home = home_, .clock = clock_, .worker = &worker_}, options_);
  }

  void append_to(Wal& wal, const Contents& contents) {
    const auto last =
        contents.entries.empty() ? contents.start_index : contents.entries.back().index;
    raft::Persist batch;
    batch.entries = {{.term = Term{9}, .index = last.next(), .data = SharedBytes{"more"}}};
    bool is_durable = false;
    wal.append(std::move(batch), [&](const WriteStats&) { is_durable = true; });
    worker_.run();
    home_.run();
    ENSURE(is_durable);
  }

  sim::FakeDisk disk_;
  sim::ManualExecutor home_;
  sim::ManualExecutor worker_;
  SystemClock clock_;
  Options options_;
};

}  // namespace

std::string fuzz_input(FuzzInput kind, const std::vector<std::string>& pieces) {
  std::string input(1, static_cast<char>(kind));
  for (const auto& piece : pieces) {
    char size[4];
    put_little_endian(static_cast<std::uint32_t>(piece.size()), size);
    input.append(size, sizeof size);
    input += piece;
  }
  return input;
}

void check_fuzz_input(std::string_view input) {
  FuzzedLog{input}.check();
}

}  // namespace quorate::wal

// libFuzzer's entry point, called by its main or by the test beside this file.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  quorate::wal::check_fuzz_input({reinterpret_cast<const char*>(data), size});
  return 0;
}
