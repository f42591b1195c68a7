// The last step of a range read: filter, sort and cut the rows once they are at hand.
#pragma once

#include <vector>

#include "server/mvcc/operation.h"
#include "server/mvcc/row.h"

namespace quorate::mvcc {

// Brings rows in key order into the order asked for and cuts them to the limit. Returns whether
// more matched than the limit lets through.
[[nodiscard]] bool arrange(const RangeOp& op, std::vector<RowPtr>& rows);

}  // namespace quorate::mvcc
