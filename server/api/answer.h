// Answers written straight into their wire form: the hot ones are never message objects.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/id.h"
#include "proto/rpc.pb.h"
#include "server/mvcc/key_value.h"
#include "server/mvcc/outcome.h"
#include "server/mvcc/row.h"

namespace quorate::api {

// The header every answer begins with. Zero fields are left out.
struct Header {
  ClusterId cluster;
  MemberId member;
  Revision revision;
  Term term;
};
void append_header(const Header& header, std::string& out);  // as field 1
void fill_header(const Header& header, etcdserverpb::ResponseHeader& out);

using mvcc::append_key_value;
using mvcc::Values;

// `more` and `count` of a RangeResponse.
void append_range_end(bool has_more, std::int64_t count, std::string& out);

// The rows that an outcome's answer shows, in the order of the answer.
[[nodiscard]] std::vector<RowNumber> rows_of(const mvcc::TxnOutcome& outcome);

// The fields of a TxnResponse behind its header. `rows`: what rows_of named, in that order. False
// when they would be more than `bytes_max`: a transaction may ask for the same rows many times.
[[nodiscard]] bool append_txn(const etcdserverpb::TxnRequest& request,
                              const mvcc::TxnOutcome& outcome, std::span<const mvcc::RowPtr> rows,
                              std::size_t bytes_max, std::string& out);

}  // namespace quorate::api
