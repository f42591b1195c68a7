// Rows and batches for tests of the table's file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/mvcc/row.h"
#include "server/replica/ports.h"
#include "server/store/table_writer.h"

namespace quorate::store::testing {

[[nodiscard]] mvcc::RowPtr put_row(std::int64_t number, std::string_view key,
                                   std::string_view value);
[[nodiscard]] mvcc::RowPtr tombstone_row(std::int64_t number, std::string_view key);
// Everything a row says, to be compared and printed.
[[nodiscard]] std::string text_of(const mvcc::Row& row);

// What was applied up to an entry. Requires: the rows outlive the batch.
[[nodiscard]] replica::TableBatch batch_of(const std::vector<mvcc::RowPtr>& rows,
                                           std::uint64_t applied);

[[nodiscard]] Options options_for(const std::string& path);

// Puts rows numbered `first` and on, `count` of them, in one batch at this applied index.
void write_rows(TableWriter& writer, std::int64_t first, std::int64_t count, std::uint64_t applied,
                std::string_view value = "value");

// All rows, as the start of a server sees them.
[[nodiscard]] std::vector<std::string> all_rows(TableWriter& writer);

}  // namespace quorate::store::testing
