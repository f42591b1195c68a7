// What reads a message, whatever its bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quorate::fuzz {

// gRPC's envelope. The first byte says in what pieces the rest arrives, which must make no
// difference.
bool feed_frames(std::string_view bytes);
// A request in JSON. The first byte says of which method; what is accepted means what its print
// means.
bool feed_json(std::string_view bytes);
// A put as it is parsed by hand: whatever protobuf accepts is accepted and means the same.
bool feed_put(std::string_view bytes);
// An entry of the log: decoded, or refused with a reason.
bool feed_command(std::string_view bytes);

std::vector<std::string> frame_corpus();
std::vector<std::string> json_corpus();
std::vector<std::string> put_corpus();
std::vector<std::string> command_corpus();

}  // namespace quorate::fuzz
