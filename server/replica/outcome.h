// What applying a command gave.
#pragma once

#include <variant>

#include "server/lease/record.h"
#include "server/mvcc/outcome.h"

namespace quorate::replica {

struct Nothing {};
// Which alternative follows from the command.
using Outcome =
    std::variant<Nothing, mvcc::PutOutcome, mvcc::DeleteOutcome, mvcc::TxnOutcome, lease::Record>;

struct Applied {
  Revision revision;  // of the store after the command
  Outcome outcome;
};

}  // namespace quorate::replica
