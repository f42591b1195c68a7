// The fuzzer's property over mutations of real logs, for everyday runs.
#include "tests/fuzz/wal_fuzz.h"

#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "server/wal/format.h"
#include "tests/wal/log_host.h"
#include "tests/wal/workload.h"

using namespace quorate;
using namespace quorate::wal;

namespace {

struct Text final : ByteSink {
  void append(std::string_view bytes) override { text += bytes; }
  std::string text;
};

// The segments of a log that lived a little.
std::vector<std::string> real_files(Rng rng) {
  LogHost host{rng.next()};
  auto wal = host.create();
  Workload workload{rng.fork()};
  while (host.segments().size() < 3) {
    auto step = workload.next();
    if (step.batch) host.append(*wal, std::move(*step.batch));
  }
  std::vector<std::string> files;
  for (const auto& [name, bytes] : host.image()) {
    if (name.ends_with(".wal")) files.push_back(bytes);
  }
  return files;
}

std::vector<std::string> real_records(Rng rng) {
  Workload workload{rng};
  std::vector<std::string> pieces;
  while (pieces.size() < 5) {
    const auto step = workload.next();
    if (!step.batch) continue;
    Text text;
    encode(*step.batch, text);
    pieces.push_back(text.text);
  }
  return pieces;
}

void mutate(std::string& bytes, Rng& rng) {
  if (bytes.empty()) return;
  const auto at = rng.below(bytes.size());
  const auto span = 1 + rng.below(std::min<std::uint64_t>(bytes.size() - at, 600));
  switch (rng.below(6)) {
    case 0:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << rng.below(8)));
      break;
    case 1:
      bytes[at] = static_cast<char>(rng.chance(1, 2) ? 0xff : rng.next());
      break;
    case 2:
      bytes.replace(at, span, span, '\0');
      break;
    case 3:
      bytes.erase(at, span);
      break;
    case 4:
      bytes.insert(at, bytes.substr(rng.below(bytes.size()), span));
      break;
    default:
      // Whole sectors, exchanged or repeated.
      bytes.replace(at / 512 * 512, 512, bytes.substr(rng.below(bytes.size()) / 512 * 512, 512));
  }
}

}  // namespace

TEST_CASE("no bytes in a log's files do more than have it refused") {
  const char* text = std::getenv("QUORATE_FUZZ_ROUNDS");
  const int rounds = text == nullptr ? 4000 : std::atoi(text);
  const char* seed_text = std::getenv("QUORATE_FUZZ_SEED");
  const std::uint64_t seed = seed_text == nullptr ? 1 : std::stoull(seed_text);
  INFO("replay with: QUORATE_FUZZ_SEED=" << seed << " QUORATE_FUZZ_ROUNDS=" << rounds
                                         << " wal_fuzz_test");
  Rng rng{seed};
  std::vector<std::vector<std::string>> logs;
  for (int i = 0; i < 20; ++i) logs.push_back(real_files(rng.fork()));
  for (int i = 0; i < rounds; ++i) {
    CAPTURE(i);
    const auto kind = rng.chance(1, 2) ? FuzzInput::raw : FuzzInput::crafted;
    auto pieces = kind == FuzzInput::raw ? logs[rng.below(logs.size())] : real_records(rng.fork());
    const auto mutations = rng.below(4);
    for (std::uint64_t m = 0; m < mutations; ++m) mutate(pieces[rng.below(pieces.size())], rng);
    check_fuzz_input(fuzz_input(kind, pieces));
  }
}
