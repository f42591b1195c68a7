#include "common/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace quorate {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ ((c & 1) != 0 ? 0x82f63b78u : 0u);
    table[i] = c;
  }
  return table;
}

std::uint32_t portable(std::uint32_t state, const unsigned char* at, std::size_t size) {
  static constexpr auto kTable = make_table();
  for (; size > 0; --size, ++at) state = kTable[(state ^ *at) & 0xff] ^ (state >> 8);
  return state;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t hardware(std::uint32_t state,
                                                         const unsigned char* at,
                                                         std::size_t size) {
  std::uint64_t wide = state;
  for (; size >= 8; size -= 8, at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  state = static_cast<std::uint32_t>(wide);
  for (; size > 0; --size, ++at) state = _mm_crc32_u8(state, *at);
  return state;
}
#endif

using Step = std::uint32_t (*)(std::uint32_t, const unsigned char*, std::size_t);

Step choose() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2") != 0) return hardware;
#endif
  return portable;
}

}  // namespace

std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes) {
  static const Step kStep = choose();
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  return ~kStep(~crc, at, bytes.size());
}

}  // namespace quorate
