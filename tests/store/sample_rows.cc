#include "tests/store/sample_rows.h"

namespace quorate::store::testing {
namespace {

mvcc::Row::Fields fields_of(std::int64_t number) {
  mvcc::Row::Fields fields;
  fields.number = RowNumber{number};
  fields.revision = {Revision{number + 1}, 0};
  return fields;
}

}  // namespace

mvcc::RowPtr put_row(std::int64_t number, std::string_view key, std::string_view value) {
  auto fields = fields_of(number);
  fields.create_revision = fields.revision.main;
  fields.version = 1;
  return mvcc::RowPtr::make(fields, key, value);
}

mvcc::RowPtr tombstone_row(std::int64_t number, std::string_view key) {
  auto fields = fields_of(number);
  fields.kind = mvcc::RowKind::tombstone;
  return mvcc::RowPtr::make(fields, key, {});
}

std::string text_of(const mvcc::Row& row) {
  std::string text = std::to_string(row.number().value()) + " at " +
                     std::to_string(row.revision().main.value()) + "." +
                     std::to_string(row.revision().sub) + (row.is_tombstone() ? " gone " : " ");
  text.append(row.key()).append("=").append(row.value());
  return text + " created " + std::to_string(row.create_revision().value()) + " version " +
         std::to_string(row.version()) + " lease " + std::to_string(row.lease().value());
}

replica::TableBatch batch_of(const std::vector<mvcc::RowPtr>& rows, std::uint64_t applied) {
  replica::TableBatch batch;
  for (const auto& row : rows) batch.rows.push_back(row.get());
  batch.applied = Index{applied};
  batch.term = Term{1};
  return batch;
}

Options options_for(const std::string& path) {
  Options options;
  options.path = path;
  return options;
}

void write_rows(TableWriter& writer, std::int64_t first, std::int64_t count, std::uint64_t applied,
                std::string_view value) {
  std::vector<mvcc::RowPtr> rows;
  for (std::int64_t number = first; number < first + count; ++number) {
    rows.push_back(put_row(number, "key/" + std::to_string(number), value));
  }
  std::vector<replica::TableBatch> batches;
  batches.push_back(batch_of(rows, applied));
  (void)writer.write(batches);
}

std::vector<std::string> all_rows(TableWriter& writer) {
  std::vector<std::string> rows;
  writer.load_rows([&](const mvcc::RowPtr& row) { rows.push_back(text_of(*row)); });
  return rows;
}

}  // namespace quorate::store::testing
