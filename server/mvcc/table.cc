#include "server/mvcc/table.h"

#include <algorithm>
#include <limits>
#include <string>

#include "common/ensure.h"
#include "server/mvcc/evaluator.h"

namespace quorate::mvcc {

Error compacted_error() {
  return {Code::out_of_range, "etcdserver: mvcc: required revision has been compacted"};
}
Error future_revision_error() {
  return {Code::out_of_range, "etcdserver: mvcc: required revision is a future revision"};
}
Error key_not_found_error() {
  return {Code::invalid_argument, "etcdserver: key not found"};
}
Error lease_not_found_error() {
  return {Code::not_found, "etcdserver: requested lease not found"};
}

// Carries out the operations of one revision. Nothing here can fail: what could was checked.
class Table::Writer {
 public:
  Writer(Table& table, std::vector<const Row*>& rows)
      : table_{table}, rows_{rows}, main_{table.revision_.next()} {}

  // The revision a read inside the transaction sees, and answers carry.
  [[nodiscard]] Revision revision() const { return sub_ == 0 ? table_.revision_ : main_; }
  // Makes the new revision the store's. Nothing happens when nothing changed.
  void finish() { table_.revision_ = revision(); }

  PutOutcome put(const PutOp& op) {
    PutOutcome outcome;
    std::string_view value = op.value;
    LeaseId lease = op.lease;
    RowPtr kept;  // owns what `value` may point to: adding a row can move the cache
    if (op.keeps_value || op.keeps_lease || op.wants_previous) {
      if (const auto before = table_.index_.find(op.key)) {
        if (op.wants_previous) outcome.previous = before->row;
        if (op.keeps_value || op.keeps_lease) kept = table_.hold(before->row);
      }
    }
    // Without a key there is nothing to keep: it was there when the transaction was checked, and an
    // open-ended delete of the same transaction has taken it.
    if (op.keeps_value) value = kept ? kept->value() : std::string_view{};
    if (op.keeps_lease) lease = kept ? kept->lease() : LeaseId{};
    add_put(op.key, value, lease);
    outcome.revision = main_;
    return outcome;
  }

  DeleteOutcome remove(const DeleteOp& op) {
    DeleteOutcome outcome;
    std::vector<std::string> keys;
    table_.index_.visit(op.range, kNewest, [&](const Found& found) {
      keys.emplace_back(found.key);
      if (op.wants_previous) outcome.previous.push_back(found.row);
      return KeyIndex::Visit::go_on;
    });
    for (const std::string& key : keys) add_tombstone(key);
    outcome.deleted = static_cast<std::int64_t>(keys.size());
    outcome.revision = revision();
    return outcome;
  }

  void remove(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
      if (table_.index_.find(key)) add_tombstone(key);
    }
  }

  RangeOutcome range(const RangeOp& op) {
    RangeOutcome outcome;
    outcome.revision = revision();
    const Revision at = op.at.value() <= 0 ? revision() : op.at;
    RangeScan scan{op, at, revision()};
    scan.advance(table_.index_, std::numeric_limits<std::size_t>::max(), outcome.rows);
    outcome.count = scan.count();
    return outcome;
  }

  TxnOutcome txn(const TxnOp& op, const TxnPath& path) {
    std::size_t at = 0;
    return txn(op, path, at);
  }

 private:
  static constexpr Revision kNewest{};

  TxnOutcome txn(const TxnOp& op, const TxnPath& path, std::size_t& at) {
    TxnOutcome outcome;
    outcome.succeeded = path[at++];
    const auto& ops = outcome.succeeded ? op.success : op.failure;
    outcome.responses.reserve(ops.size());
    for (const Op& each : ops) outcome.responses.push_back(run(each, path, at));
    outcome.revision = revision();
    return outcome;
  }

  OpOutcome run(const Op& op, const TxnPath& path, std::size_t& at) {
    if (const auto* range_op = std::get_if<RangeOp>(&op)) return range(*range_op);
    if (const auto* put_op = std::get_if<PutOp>(&op)) return put(*put_op);
    if (const auto* delete_op = std::get_if<DeleteOp>(&op)) return remove(*delete_op);
    return std::make_unique<TxnOutcome>(txn(*std::get<std::unique_ptr<TxnOp>>(op), path, at));
  }

  void add_put(std::string_view key, std::string_view value, LeaseId lease) {
    const RowNumber number = table_.last_row_.next();
    const KeyState state = table_.index_.put(key, main_, number);
    Row::Fields fields;
    fields.number = number;
    fields.revision = {main_, sub_++};
    fields.create_revision = state.create_revision;
    fields.version = state.version;
    fields.lease = lease;
    add(RowPtr::make(fields, key, value));
    if (lease == LeaseId{}) {
      table_.leases_.detach(key);
    } else {
      table_.leases_.attach(lease, key);
    }
  }

  void add_tombstone(std::string_view key) {
    const RowNumber number = table_.last_row_.next();
    ENSURE(table_.index_.remove(key, main_, number));
    Row::Fields fields;
    fields.number = number;
    fields.revision = {main_, sub_++};
    fields.kind = RowKind::tombstone;
    add(RowPtr::make(fields, key, {}));
    table_.leases_.detach(key);
  }

  void add(RowPtr row) {
    table_.last_row_ = row->number();
    rows_.push_back(row.get());
    table_.cache_.add_newest(std::move(row));
  }

  Table& table_;
  std::vector<const Row*>& rows_;
  Revision main_;
  std::int64_t sub_ = 0;
};

Table::Table(std::size_t cache_bytes_max, LeaseBook& leases)
    : cache_{cache_bytes_max}, leases_{leases} {}

void Table::restore(const Row& row) {
  index_.restore(row);
  last_row_ = std::max(last_row_, row.number());
  revision_ = std::max(revision_, row.mod_revision());
}

void Table::restored(Revision newest, Revision compacted) {
  revision_ = std::max(revision_, newest);
  compacted_ = compacted;
}

Result<Revision> Table::read_revision(Revision asked) const {
  if (asked > revision_) return future_revision_error();
  const Revision at = asked.value() <= 0 ? revision_ : asked;
  if (at < compacted_) return compacted_error();
  return at;
}

RowPtr Table::hold(RowNumber number) const {
  if (const RowPtr* cached = cache_.find(number)) return *cached;
  for (const RowPtr& held : held_) {
    if (held->number() == number) return held;
  }
  return {};
}

Evaluator Table::evaluator() const {
  return {index_, leases_, revision_, compacted_, [this](RowNumber number) {
            const RowPtr row = hold(number);
            ENSURE(row);
            return row;
          }};
}

Result<PutOutcome> Table::put(const PutOp& op, std::vector<const Row*>& rows) {
  if (const Status status = evaluator().check(op); !status) return status.error();
  Writer writer{*this, rows};
  PutOutcome outcome = writer.put(op);
  writer.finish();
  return outcome;
}

DeleteOutcome Table::remove(const DeleteOp& op, std::vector<const Row*>& rows) {
  Writer writer{*this, rows};
  DeleteOutcome outcome = writer.remove(op);
  writer.finish();
  return outcome;
}

void Table::remove_keys(const std::vector<std::string>& keys, std::vector<const Row*>& rows) {
  Writer writer{*this, rows};
  writer.remove(keys);
  writer.finish();
}

Result<TxnOutcome> Table::txn(const TxnOp& op, std::vector<const Row*>& rows) {
  const Evaluator evaluate = evaluator();
  const TxnPath path = evaluate.path(op);
  if (const Status status = evaluate.check(op, path); !status) return status.error();
  Writer writer{*this, rows};
  TxnOutcome outcome = writer.txn(op, path);
  writer.finish();
  return outcome;
}

Status Table::compact(Revision at) {
  if (at <= compacted_) return compacted_error();
  if (at > revision_) return future_revision_error();
  compacted_ = at;
  return {};
}

std::vector<RowNumber> Table::needed_rows(const PutOp& op) const {
  std::vector<RowNumber> needed;
  collect_needed(op, needed);
  return needed;
}

std::vector<RowNumber> Table::needed_rows(const TxnOp& op) const {
  std::vector<RowNumber> needed;
  collect_needed(op, needed);
  return needed;
}

void Table::collect_needed(const PutOp& op, std::vector<RowNumber>& out) const {
  if (!op.keeps_value && !op.keeps_lease) return;
  const auto state = index_.find(op.key);
  if (state && !hold(state->row)) out.push_back(state->row);
}

// Both branches, all nested ones: which is taken may depend on the very rows that are missing.
void Table::collect_needed(const TxnOp& op, std::vector<RowNumber>& out) const {
  for (const Compare& compare : op.compares) {
    if (compare.target != CompareTarget::value && compare.target != CompareTarget::lease) continue;
    index_.visit(compare.range, {}, [&](const Found& found) {
      if (!hold(found.row)) out.push_back(found.row);
      return KeyIndex::Visit::go_on;
    });
  }
  collect_needed(op.success, out);
  collect_needed(op.failure, out);
}

void Table::collect_needed(const std::vector<Op>& ops, std::vector<RowNumber>& out) const {
  for (const Op& op : ops) {
    if (const auto* put_op = std::get_if<PutOp>(&op)) collect_needed(*put_op, out);
    if (const auto* txn_op = std::get_if<std::unique_ptr<TxnOp>>(&op))
      collect_needed(**txn_op, out);
  }
}

}  // namespace quorate::mvcc
