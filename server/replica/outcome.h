// What applying a command gave.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "server/lease/record.h"
#include "server/mvcc/outcome.h"
#include "server/replica/alarms.h"

namespace quorate::replica {

struct Nothing {};
// Made for a user who has logged in.
struct Token {
  std::string text;
};
// Which alternative follows from the command.
using Outcome = std::variant<Nothing, mvcc::PutOutcome, mvcc::DeleteOutcome, mvcc::TxnOutcome,
                             lease::Record, std::vector<Alarm>, Token>;

struct Applied {
  Revision revision;  // of the store after the command
  Outcome outcome;
};

}  // namespace quorate::replica
