#include "server/api/answer.h"

#include "common/ensure.h"
#include "common/wire.h"
#include "server/mvcc/arrange.h"
#include "server/replica/translate.h"

namespace quorate::api {
void append_header(const Header& header, std::string& out) {
  char fields[44];
  char* end = wire::put_number(1, header.cluster.value(), fields);
  end = wire::put_number(2, header.member.value(), end);
  end = wire::put_number(3, static_cast<std::uint64_t>(header.revision.value()), end);
  end = wire::put_number(4, header.term.value(), end);
  wire::append_bytes(1, {fields, end}, out);
}

void fill_header(const Header& header, etcdserverpb::ResponseHeader& out) {
  out.set_cluster_id(header.cluster.value());
  out.set_member_id(header.member.value());
  out.set_revision(header.revision.value());
  out.set_raft_term(header.term.value());
}

void append_range_end(bool has_more, std::int64_t count, std::string& out) {
  wire::append_number(3, std::uint64_t{has_more ? 1u : 0u}, out);
  wire::append_number(4, count, out);
}

namespace {

// Walks a transaction's outcome and its request side by side. Rows are consumed in the order in
// which rows_of collects them.
class TxnWriter {
 public:
  TxnWriter(std::span<const mvcc::RowPtr> rows, std::size_t bytes_max)
      : rows_{rows}, room_{bytes_max} {}

  [[nodiscard]] bool is_full() const { return is_full_; }

  void txn(const etcdserverpb::TxnRequest& request, const mvcc::TxnOutcome& outcome,
           std::string& out) {
    wire::append_number(2, std::uint64_t{outcome.succeeded ? 1u : 0u}, out);
    const auto& ops = outcome.succeeded ? request.success() : request.failure();
    ENSURE(static_cast<std::size_t>(ops.size()) == outcome.responses.size());
    for (int i = 0; i < ops.size() && !is_full_; ++i) {
      const std::string op = response_op(ops[i], outcome.responses[static_cast<std::size_t>(i)]);
      wire::append_bytes(3, op, out);
    }
  }

 private:
  std::string response_op(const etcdserverpb::RequestOp& op, const mvcc::OpOutcome& outcome) {
    std::string body;
    std::uint32_t field = 0;
    if (const auto* range = std::get_if<mvcc::RangeOutcome>(&outcome)) {
      field = 1;
      range_body(op.request_range(), *range, body);
    } else if (const auto* put = std::get_if<mvcc::PutOutcome>(&outcome)) {
      field = 2;
      append_header({{}, {}, put->revision, {}}, body);
      if (put->previous) append_key_value(2, *take(1)[0], Values::with, body);
    } else if (const auto* removal = std::get_if<mvcc::DeleteOutcome>(&outcome)) {
      field = 3;
      append_header({{}, {}, removal->revision, {}}, body);
      wire::append_number(2, removal->deleted, body);
      for (const auto& row : take(removal->previous.size())) {
        if (has_room(*row, Values::with)) append_key_value(3, *row, Values::with, body);
      }
    } else {
      field = 4;
      append_header({}, body);  // a nested transaction's header is there and empty
      txn(op.request_txn(), *std::get<std::unique_ptr<mvcc::TxnOutcome>>(outcome), body);
    }
    std::string out;
    out.reserve(body.size() + 8);
    wire::append_bytes(field, body, out);
    return out;
  }

  void range_body(const etcdserverpb::RangeRequest& request, const mvcc::RangeOutcome& outcome,
                  std::string& out) {
    append_header({{}, {}, outcome.revision, {}}, out);
    const auto found = take(outcome.rows.size());
    std::vector<mvcc::RowPtr> rows{found.begin(), found.end()};
    const bool has_more = mvcc::arrange(replica::to_op(request), rows);
    const Values values = request.keys_only() ? Values::without : Values::with;
    for (const auto& row : rows) {
      if (has_room(*row, values)) append_key_value(2, *row, values, out);
    }
    append_range_end(has_more, outcome.count, out);
  }

  bool has_room(const mvcc::Row& row, Values values) {
    const std::size_t size = mvcc::key_value_size(row, values);
    if (size > room_) is_full_ = true;
    if (!is_full_) room_ -= size;
    return !is_full_;
  }

  std::span<const mvcc::RowPtr> take(std::size_t count) {
    ENSURE(count <= rows_.size());
    const auto taken = rows_.first(count);
    rows_ = rows_.subspan(count);
    return taken;
  }

  std::span<const mvcc::RowPtr> rows_;
  std::size_t room_;
  bool is_full_ = false;
};

void collect(const mvcc::TxnOutcome& outcome, std::vector<RowNumber>& out) {
  for (const auto& each : outcome.responses) {
    if (const auto* range = std::get_if<mvcc::RangeOutcome>(&each)) {
      out.insert(out.end(), range->rows.begin(), range->rows.end());
    } else if (const auto* put = std::get_if<mvcc::PutOutcome>(&each)) {
      if (put->previous) out.push_back(*put->previous);
    } else if (const auto* removal = std::get_if<mvcc::DeleteOutcome>(&each)) {
      out.insert(out.end(), removal->previous.begin(), removal->previous.end());
    } else {
      collect(*std::get<std::unique_ptr<mvcc::TxnOutcome>>(each), out);
    }
  }
}

}  // namespace

std::vector<RowNumber> rows_of(const mvcc::TxnOutcome& outcome) {
  std::vector<RowNumber> rows;
  collect(outcome, rows);
  return rows;
}

bool append_txn(const etcdserverpb::TxnRequest& request, const mvcc::TxnOutcome& outcome,
                std::span<const mvcc::RowPtr> rows, std::size_t bytes_max, std::string& out) {
  TxnWriter writer{rows, bytes_max};
  writer.txn(request, outcome, out);
  return !writer.is_full();
}

}  // namespace quorate::api
