#include "server/api/txn_overlap.h"

#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/api/overlap_model.h"
#include "tests/common/test_seed.h"

using namespace quorate;
using namespace quorate::api;
using etcdserverpb::RequestOp;
using etcdserverpb::TxnRequest;

namespace {

std::string random_key(Rng& rng) {
  const auto& keys = api::testing::model_keys();
  return keys[rng.below(keys.size())];
}

std::string random_end(Rng& rng, const std::string& key) {
  switch (rng.below(4)) {
    case 0:
      return {};
    case 1:
      return key + '\0';
    case 2:
      return rng.chance(1, 2) ? "d" : std::string(1, '\0');
    default:
      return random_key(rng);  // before the key, now and then
  }
}

void fill(Rng& rng, int depth, TxnRequest& request);

void fill(Rng& rng, int depth, RequestOp& op) {
  switch (rng.below(depth > 0 ? 5 : 4)) {
    case 0:
    case 1:
      op.mutable_request_put()->set_key(random_key(rng));
      break;
    case 2: {
      auto& range = *op.mutable_request_delete_range();
      range.set_key(random_key(rng));
      range.set_range_end(random_end(rng, range.key()));
      break;
    }
    case 3:
      op.mutable_request_range()->set_key(random_key(rng));
      break;
    default:
      fill(rng, depth - 1, *op.mutable_request_txn());
  }
}

void fill(Rng& rng, int depth, TxnRequest& request) {
  for (auto ops = rng.below(4); ops > 0; --ops) fill(rng, depth, *request.add_success());
  for (auto ops = rng.below(3); ops > 0; --ops) fill(rng, depth, *request.add_failure());
}

void put(TxnRequest& request, const char* key) {
  request.add_success()->mutable_request_put()->set_key(key);
}
void remove(TxnRequest& request, const char* key, const char* end = "") {
  auto& range = *request.add_success()->mutable_request_delete_range();
  range.set_key(key);
  range.set_range_end(end);
}

}  // namespace

TEST_CASE("a key put twice, or put and deleted, overlaps; two deletes do not") {
  TxnRequest twice;
  put(twice, "a");
  put(twice, "b");
  CHECK_FALSE(has_overlap(twice));
  put(twice, "a");
  CHECK(has_overlap(twice));

  TxnRequest deletes;
  remove(deletes, "a", "c");
  remove(deletes, "b", "d");
  remove(deletes, "b");
  put(deletes, "d");
  CHECK_FALSE(has_overlap(deletes));
  put(deletes, "c");
  CHECK(has_overlap(deletes));
}

TEST_CASE("the two branches of a transaction are alternatives") {
  TxnRequest request;
  put(request, "a");
  request.add_failure()->mutable_request_put()->set_key("a");
  CHECK_FALSE(has_overlap(request));
  TxnRequest outer;
  *outer.add_success()->mutable_request_txn() = request;
  CHECK_FALSE(has_overlap(outer));
  put(outer, "a");
  CHECK(has_overlap(outer));
}

TEST_CASE("any transaction: as a model with sets of keys says") {
  int overlaps = 0;
  int fine = 0;
  for (const auto seed : test_seeds(20'000)) {
    Rng rng{seed};
    TxnRequest request;
    fill(rng, 2, request);
    const bool expected = api::testing::model_has_overlap(request);
    INFO("seed ", seed, " ", request.ShortDebugString());
    CHECK(has_overlap(request) == expected);
    ++(expected ? overlaps : fine);
  }
  CHECK(overlaps > 2000);
  CHECK(fine > 2000);
}
