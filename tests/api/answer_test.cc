#include "server/api/answer.h"

#include <limits>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/common/test_seed.h"

using namespace quorate;
using namespace quorate::api;

namespace {

std::int64_t random_number(Rng& rng) {
  return rng.chance(1, 3) ? 0 : static_cast<std::int64_t>(rng.next() >> rng.below(64));
}

std::string random_bytes(Rng& rng) {
  std::string bytes(rng.chance(1, 10) ? rng.below(1000) : rng.below(6), '\0');
  for (char& c : bytes) c = static_cast<char>(rng.next());
  return bytes;
}

mvcc::RowPtr random_row(Rng& rng, std::int64_t number) {
  mvcc::Row::Fields fields;
  fields.number = RowNumber{number};
  fields.revision = {Revision{random_number(rng)}, 0};
  fields.create_revision = Revision{random_number(rng)};
  fields.version = random_number(rng);
  fields.lease = LeaseId{random_number(rng)};
  return mvcc::RowPtr::make(fields, random_bytes(rng), random_bytes(rng));
}

void fill(const mvcc::Row& row, mvccpb::KeyValue& out) {
  out.set_key(std::string{row.key()});
  out.set_create_revision(row.create_revision().value());
  out.set_mod_revision(row.mod_revision().value());
  out.set_version(row.version());
  out.set_value(std::string{row.value()});
  out.set_lease(row.lease().value());
}

// A random transaction: what was asked, what came of it, and the answer as protobuf has it.
class Sample {
 public:
  explicit Sample(std::uint64_t seed) : rng_{seed} { fill_txn(2, request, outcome, response); }

  etcdserverpb::TxnRequest request;
  mvcc::TxnOutcome outcome;
  etcdserverpb::TxnResponse response;
  std::vector<mvcc::RowPtr> rows;  // in the order of the answer

 private:
  void fill_txn(int depth, etcdserverpb::TxnRequest& asked, mvcc::TxnOutcome& came,
                etcdserverpb::TxnResponse& answer) {
    came.succeeded = rng_.chance(1, 2);
    answer.set_succeeded(came.succeeded);
    auto& branch = came.succeeded ? *asked.mutable_success() : *asked.mutable_failure();
    for (auto ops = rng_.below(4); ops > 0; --ops) {
      came.responses.push_back(fill_op(depth, *branch.Add(), *answer.add_responses()));
    }
  }

  mvcc::OpOutcome fill_op(int depth, etcdserverpb::RequestOp& asked,
                          etcdserverpb::ResponseOp& answer) {
    switch (rng_.below(depth > 0 ? 4 : 3)) {
      case 0:
        return fill_range(*asked.mutable_request_range(), *answer.mutable_response_range());
      case 1:
        return fill_put(*asked.mutable_request_put(), *answer.mutable_response_put());
      case 2:
        return fill_delete(*asked.mutable_request_delete_range(),
                           *answer.mutable_response_delete_range());
      default: {
        auto nested = std::make_unique<mvcc::TxnOutcome>();
        answer.mutable_response_txn()->mutable_header();
        fill_txn(depth - 1, *asked.mutable_request_txn(), *nested, *answer.mutable_response_txn());
        return nested;
      }
    }
  }

  RowNumber add_row() {
    const RowNumber number{static_cast<std::int64_t>(rows.size()) + 1};
    rows.push_back(random_row(rng_, number.value()));
    return number;
  }

  mvcc::OpOutcome fill_range(etcdserverpb::RangeRequest& asked,
                             etcdserverpb::RangeResponse& answer) {
    mvcc::RangeOutcome came;
    came.revision = Revision{random_number(rng_)};
    answer.mutable_header()->set_revision(came.revision.value());
    asked.set_limit(static_cast<std::int64_t>(rng_.below(3)));
    asked.set_keys_only(rng_.chance(1, 3));
    const std::size_t found = rng_.below(4);
    const auto shown = asked.limit() == 0 ? found : std::min<std::size_t>(found, asked.limit());
    for (std::size_t i = 0; i < found; ++i) {
      came.rows.push_back(add_row());
      if (i >= shown) continue;
      fill(*rows.back(), *answer.add_kvs());
      if (asked.keys_only()) answer.mutable_kvs()->rbegin()->clear_value();
    }
    answer.set_more(shown < found);
    came.count = random_number(rng_);
    answer.set_count(came.count);
    return came;
  }

  mvcc::OpOutcome fill_put(etcdserverpb::PutRequest& /*asked*/, etcdserverpb::PutResponse& answer) {
    mvcc::PutOutcome came;
    came.revision = Revision{random_number(rng_)};
    answer.mutable_header()->set_revision(came.revision.value());
    if (rng_.chance(1, 2)) {
      came.previous = add_row();
      fill(*rows.back(), *answer.mutable_prev_kv());
    }
    return came;
  }

  mvcc::OpOutcome fill_delete(etcdserverpb::DeleteRangeRequest& /*asked*/,
                              etcdserverpb::DeleteRangeResponse& answer) {
    mvcc::DeleteOutcome came;
    came.revision = Revision{random_number(rng_)};
    answer.mutable_header()->set_revision(came.revision.value());
    came.deleted = random_number(rng_);
    answer.set_deleted(came.deleted);
    for (auto count = rng_.below(3); count > 0; --count) {
      came.previous.push_back(add_row());
      fill(*rows.back(), *answer.add_prev_kvs());
    }
    return came;
  }

  Rng rng_;
};

}  // namespace

TEST_CASE("a header is as protobuf writes it, also when all of it is zero") {
  for (const auto seed : test_seeds(200)) {
    CAPTURE(seed);
    Rng rng{seed};
    const auto number = [&] { return static_cast<std::uint64_t>(random_number(rng)); };
    const Header header{ClusterId{number()}, MemberId{number()}, Revision{random_number(rng)},
                        Term{number()}};
    etcdserverpb::PutResponse response;
    fill_header(header, *response.mutable_header());
    std::string bytes;
    append_header(header, bytes);
    CHECK(bytes == response.SerializeAsString());
  }
  std::string empty;
  append_header({}, empty);
  CHECK(empty == std::string{"\x0a\x00", 2});
}

TEST_CASE("rows and the end of a range are as protobuf writes them") {
  for (const auto seed : test_seeds(1000)) {
    CAPTURE(seed);
    Rng rng{seed};
    etcdserverpb::RangeResponse response;
    std::string bytes;
    for (auto count = rng.below(4); count > 0; --count) {
      const auto row = random_row(rng, 1);
      fill(*row, *response.add_kvs());
      const Values values = rng.chance(1, 2) ? Values::with : Values::without;
      if (values == Values::without) response.mutable_kvs()->rbegin()->clear_value();
      append_key_value(2, *row, values, bytes);
    }
    response.set_more(rng.chance(1, 2));
    response.set_count(random_number(rng));
    append_range_end(response.more(), response.count(), bytes);
    CHECK(bytes == response.SerializeAsString());
  }
}

TEST_CASE("a transaction's answer is as protobuf writes it") {
  std::size_t longest = 0;
  for (const auto seed : test_seeds(2000)) {
    CAPTURE(seed);
    const Sample sample{seed};
    const auto numbers = rows_of(sample.outcome);
    REQUIRE(numbers.size() == sample.rows.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      CHECK(numbers[i] == RowNumber{static_cast<std::int64_t>(i) + 1});
    }
    std::string bytes;
    constexpr auto kNoLimit = std::numeric_limits<std::size_t>::max();
    REQUIRE(append_txn(sample.request, sample.outcome, sample.rows, kNoLimit, bytes));
    CHECK(bytes == sample.response.SerializeAsString());
    longest = std::max(longest, bytes.size());
  }
  CHECK(longest > 1000);
}
