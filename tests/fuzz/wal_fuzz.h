// Whatever bytes a log's files have, opening them ends in contents or in an error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quorate::wal {

// How the fuzzer's input says which files there are: raw bytes of segments 1, 2, ..., or groups
// whose checksums and stamps are made right, so that what is in them is looked at.
enum class FuzzInput : unsigned char { raw = 0, crafted = 1 };

// The pieces: files if raw; if crafted, the records of one group after the other.
std::string fuzz_input(FuzzInput kind, const std::vector<std::string>& pieces);

// Aborts when a property does not hold: a log that opens does so again with the same contents, can
// be dumped, and keeps what is appended; one that is refused is left as it was.
void check_fuzz_input(std::string_view input);

}  // namespace quorate::wal
