#include "server/concurrency/contender.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::concurrency;

namespace {

const Error kFailure{Code::unavailable, "etcdserver: request timed out"};

Contest lock_with(LeaseId lease) {
  return {Prize::lock, "l", lease, {}};
}
Contest candidacy(LeaseId lease) {
  return {Prize::leadership, "l", lease, "me"};
}

// The step that is expected to come next.
template <class Step>
Step as(const Next& next) {
  REQUIRE(std::holds_alternative<Step>(next));
  return std::get<Step>(next);
}

Ahead nobody(std::int64_t revision) {
  return {std::nullopt, true, Revision{revision}};
}
Ahead somebody(const char* key, std::int64_t created, std::int64_t revision) {
  return {Place{key, Revision{created}}, true, Revision{revision}};
}
Placed placed_at(std::int64_t created, std::int64_t revision) {
  return {Revision{created}, Revision{revision}};
}

// Has its key, made at revision 5, and waits for l/9 to go.
Contender waiting(Contest contest) {
  Contender one{std::move(contest)};
  as<TakePlace>(one.begin());
  as<LookAhead>(one.placed(placed_at(5, 5)));
  as<AwaitDeletion>(one.looked(somebody("l/9", 3, 5)));
  return one;
}

}  // namespace

TEST_CASE("who comes first wins at once, as of its own revision") {
  Contender one{lock_with(LeaseId{0x10})};
  const auto take = as<TakePlace>(one.begin());
  CHECK(take.key == "l/10");
  CHECK(take.lease == LeaseId{0x10});
  CHECK(as<LookAhead>(one.placed(placed_at(5, 5))).before == Revision{5});
  const auto won = as<Won>(one.looked(nobody(7)));
  CHECK(won.place == Place{"l/10", Revision{5}});
  CHECK(won.lease == LeaseId{0x10});
  CHECK(won.revision == Revision{5});
}

TEST_CASE("without a lease one is granted first, and names the key") {
  Contender one{lock_with(LeaseId{})};
  as<GrantLease>(one.begin());
  CHECK(as<TakePlace>(one.granted(LeaseId{0xab})).key == "l/ab");
}

TEST_CASE("a lease that cannot be granted ends it; there is nothing to withdraw") {
  Contender one{lock_with(LeaseId{})};
  as<GrantLease>(one.begin());
  const auto lost = as<Lost>(one.granted(kFailure));
  CHECK(lost.error == kFailure);
  CHECK_FALSE(lost.withdraw);
}

TEST_CASE("a place that cannot be taken ends it") {
  Contender one{lock_with(LeaseId{1})};
  as<TakePlace>(one.begin());
  CHECK(as<Lost>(one.placed(kFailure)).error == kFailure);
}

TEST_CASE("who holds the lock already has it again") {
  Contender one{lock_with(LeaseId{0x10})};
  as<TakePlace>(one.begin());
  CHECK(as<LookAhead>(one.placed(placed_at(3, 8))).before == Revision{3});
  CHECK(as<Won>(one.looked(nobody(8))).revision == Revision{8});
}

TEST_CASE("a lock waits for each of those ahead, and is won as of when it was free") {
  Contender one = waiting(lock_with(LeaseId{0x10}));
  as<LookAhead>(one.deleted());
  const auto next = as<AwaitDeletion>(one.looked(somebody("l/8", 2, 11)));
  CHECK(next.key == "l/8");
  CHECK(next.after == Revision{11});
  as<LookAhead>(one.deleted());
  CHECK(as<Won>(one.looked(nobody(15))).revision == Revision{15});
}

TEST_CASE("a candidate's answer is as old as its key, however long it waited") {
  Contender one = waiting(candidacy(LeaseId{0x10}));
  as<LookAhead>(one.deleted());
  CHECK(as<Won>(one.looked(nobody(15))).revision == Revision{5});
}

TEST_CASE("a lock whose own key went while it waited is lost") {
  Contender one = waiting(lock_with(LeaseId{0x10}));
  as<LookAhead>(one.deleted());
  const auto lost = as<Lost>(one.looked({std::nullopt, false, Revision{15}}));
  CHECK(lost.error.message == "mutex: session is expired");
  CHECK_FALSE(lost.withdraw);
}

TEST_CASE("who leaves while waiting takes its key away, once") {
  Contender one = waiting(lock_with(LeaseId{0x10}));
  CHECK(as<Withdraw>(one.leave()).place == Place{"l/10", Revision{5}});
  as<Idle>(one.leave());
  as<Idle>(one.deleted());
  as<Idle>(one.looked(nobody(9)));
  as<Idle>(one.failed(kFailure));
}

TEST_CASE("who leaves while its key is being made takes it away when it is there") {
  Contender one{lock_with(LeaseId{0x10})};
  as<TakePlace>(one.begin());
  as<Idle>(one.leave());
  CHECK(as<Withdraw>(one.placed(placed_at(5, 5))).place == Place{"l/10", Revision{5}});
}

TEST_CASE("a key that another call made is left to it") {
  Contender one{lock_with(LeaseId{0x10})};
  as<TakePlace>(one.begin());
  as<Idle>(one.leave());
  as<Idle>(one.placed(placed_at(3, 5)));
}

TEST_CASE("who leaves before it has a lease, or whose key is not made, leaves nothing behind") {
  Contender one{lock_with(LeaseId{})};
  as<GrantLease>(one.begin());
  as<Idle>(one.leave());
  as<Idle>(one.granted(LeaseId{1}));

  Contender other{lock_with(LeaseId{1})};
  as<TakePlace>(other.begin());
  as<Idle>(other.leave());
  as<Idle>(other.placed(kFailure));
}

TEST_CASE("a wait that fails ends it and takes the key away") {
  Contender one = waiting(candidacy(LeaseId{0x10}));
  const auto lost = as<Lost>(one.failed(kFailure));
  CHECK(lost.error == kFailure);
  CHECK(lost.withdraw == Place{"l/10", Revision{5}});
}

TEST_CASE("a winner who leaves keeps its key") {
  Contender one{lock_with(LeaseId{0x10})};
  as<TakePlace>(one.begin());
  as<LookAhead>(one.placed(placed_at(5, 5)));
  as<Won>(one.looked(nobody(5)));
  as<Idle>(one.leave());
}
