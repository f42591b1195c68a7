#include "tests/fuzz/hostile_input.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <google/protobuf/stubs/logging.h>

namespace quorate::fuzz {
namespace {

constexpr std::array<std::string_view, 12> kPieces{
    std::string_view{"\0", 1},
    "\xff",
    "\x7f\xff\xff\xff",
    std::string_view{"\x80\0\0\0", 4},
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
    "\r\n",
    "\r\n\r\n",
    "{",
    "\"",
    "Content-Length: 1\r\n",
    "Transfer-Encoding: chunked\r\n",
    std::string_view{"\0\0\0\x04\x01\0\0\0\0", 9},  // a frame of HTTP/2: settings, acknowledged
};

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void damage(std::string& bytes, const std::string& other, Rng& rng) {
  const auto at = rng.below(bytes.size() + 1);
  const auto span = rng.below(rng.chance(1, 8) ? 2000 : 12);
  switch (rng.below(7)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << rng.below(8)));
      break;
    case 1:
      if (at < bytes.size()) bytes[at] = static_cast<char>(rng.next());
      break;
    case 2:
      bytes.erase(at, span);
      break;
    case 3:
      bytes.insert(at, kPieces[rng.below(kPieces.size())]);
      break;
    case 4:
      bytes.insert(at, bytes.substr(rng.below(bytes.size() + 1), span));
      break;
    case 5:
      bytes.insert(at, other.substr(rng.below(other.size() + 1), span));
      break;
    default:
      bytes.resize(at);
  }
}

bool holds(const char* target, Feed feed, const std::string& input, const char* which,
           std::uint64_t number) {
  if (feed(input)) return true;
  std::fprintf(stderr, "%s: a property does not hold for %s input %llu, %zu bytes:\n", target,
               which, static_cast<unsigned long long>(number), input.size());
  for (const char c : input) std::fprintf(stderr, "%02x", static_cast<unsigned char>(c));
  std::fputc('\n', stderr);
  return false;
}

}  // namespace

std::string damaged(const std::vector<std::string>& corpus, Rng& rng) {
  std::string bytes = corpus[rng.below(corpus.size())];
  for (auto changes = rng.below(6); changes > 0; --changes) {
    damage(bytes, corpus[rng.below(corpus.size())], rng);
  }
  return bytes;
}

bool survives(const char* target, const std::vector<std::string>& corpus, Feed feed, int rounds) {
  google::protobuf::SetLogHandler(nullptr);  // it would print what it refuses
  const std::uint64_t seed = number_from("QUORATE_FUZZ_SEED", 1);
  const std::uint64_t count =
      number_from("QUORATE_FUZZ_ROUNDS", static_cast<std::uint64_t>(rounds));
  std::printf("%s: QUORATE_FUZZ_SEED=%llu QUORATE_FUZZ_ROUNDS=%llu hostile_fuzz_test\n", target,
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(count));
  for (std::size_t i = 0; i < corpus.size(); ++i) {
    if (!holds(target, feed, corpus[i], "good", i)) return false;
  }
  Rng rng{seed};
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!holds(target, feed, damaged(corpus, rng), "damaged", i)) return false;
  }
  return true;
}

}  // namespace quorate::fuzz
