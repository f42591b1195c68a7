// What an entry is about, in a few words.
#pragma once

#include <string>

#include "server/raft/types.h"

namespace quorate::wal {

// One line: the request's name with its keys, ids and numbers ("put key=\"a\" value=3B"), or what a
// conf change does. Never a value or a password; strings are cut and escaped, so that any bytes can
// be shown.
std::string entry_hint(const raft::Entry& entry);

}  // namespace quorate::wal
