// A whole member behind a connection that exists in memory only: whatever bytes arrive on it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quorate::fuzz {

// What arrives on one connection, in pieces whose size the first byte chooses; the client takes the
// answers, or none of them if that byte is odd. Once the connection is gone nothing is held for it,
// and a client that behaves is answered.
bool feed_http1(std::string_view bytes);
bool feed_http2(std::string_view bytes);

std::vector<std::string> http1_corpus();
std::vector<std::string> http2_corpus();

}  // namespace quorate::fuzz
