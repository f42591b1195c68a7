// libFuzzer's entry point. The first byte of an input says which target gets the rest.
#include <array>
#include <cstddef>

#include "common/ensure.h"
#include "tests/fuzz/hostile_input.h"
#include "tests/fuzz/message_fuzz.h"
#include "tests/fuzz/server_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace quorate::fuzz;
  static constexpr std::array<Feed, 6> kTargets{feed_frames,  feed_json,  feed_put,
                                                feed_command, feed_http1, feed_http2};
  if (size == 0) return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  ENSURE(kTargets[data[0] % kTargets.size()](bytes.substr(1)));
  return 0;
}
