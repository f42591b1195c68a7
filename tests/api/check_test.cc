#include "server/api/check.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::api;
using etcdserverpb::RangeRequest;
using etcdserverpb::TxnRequest;

namespace {

std::string text_of(const Status& status) {
  return status ? "ok" : status.error().message;
}

TxnRequest puts(int count) {
  TxnRequest request;
  for (int i = 0; i < count; ++i) {
    request.add_success()->mutable_request_put()->set_key(std::to_string(i));
  }
  return request;
}

constexpr const char* kNoKey = "etcdserver: key is not provided";
constexpr const char* kTooMany = "etcdserver: too many operations in txn request";

}  // namespace

TEST_CASE("a key must be given, everywhere") {
  CHECK(text_of(check(RangeRequest{})) == kNoKey);
  CHECK(text_of(check(replica::PutView{})) == kNoKey);
  CHECK(text_of(check(etcdserverpb::DeleteRangeRequest{})) == kNoKey);
  TxnRequest txn;
  txn.add_compare();
  CHECK(text_of(check(txn, 128)) == kNoKey);
  txn.Clear();
  txn.add_failure()->mutable_request_txn()->add_success()->mutable_request_put();
  CHECK(text_of(check(txn, 128)) == kNoKey);
  txn.Clear();
  txn.add_success();
  CHECK(text_of(check(txn, 128)) == "etcdserver: key not found");
}

TEST_CASE("what is kept may not be given too") {
  replica::PutView put;
  put.key = "k";
  put.ignore_value = put.ignore_lease = true;
  CHECK(text_of(check(put)) == "ok");
  put.value = "v";
  CHECK(text_of(check(put)) == "etcdserver: value is provided");
  put.value = {};
  put.lease = LeaseId{1};
  CHECK(text_of(check(put)) == "etcdserver: lease is provided");
}

TEST_CASE("operations are counted in the longest list, and what is nested has the rest") {
  CHECK(text_of(check(puts(3), 3)) == "ok");
  CHECK(text_of(check(puts(4), 3)) == kTooMany);
  TxnRequest outer = puts(0);
  *outer.add_success()->mutable_request_txn() = puts(2);
  CHECK(text_of(check(outer, 3)) == "ok");
  CHECK(text_of(check(outer, 2)) == kTooMany);
}

TEST_CASE("a transaction reads only when both its branches do") {
  TxnRequest request;
  CHECK(is_read_only(request));
  auto* range = request.add_success()->mutable_request_range();
  CHECK(is_read_only(request));
  CHECK_FALSE(is_serializable(request));
  range->set_serializable(true);
  CHECK(is_serializable(request));
  request.add_failure()->mutable_request_delete_range();
  CHECK_FALSE(is_read_only(request));
}
