// What applying a command gave.
#pragma once

#include <variant>
#include <vector>

#include "server/lease/record.h"
#include "server/mvcc/outcome.h"
#include "server/replica/alarms.h"

namespace quorate::replica {

struct Nothing {};
// Which alternative follows from the command.
using Outcome = std::variant<Nothing, mvcc::PutOutcome, mvcc::DeleteOutcome, mvcc::TxnOutcome,
                             lease::Record, std::vector<Alarm>>;

struct Applied {
  Revision revision;  // of the store after the command
  Outcome outcome;
};

}  // namespace quorate::replica
