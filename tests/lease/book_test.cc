#include "server/lease/book.h"

#include <limits>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using quorate::Code;
using quorate::Error;
using quorate::LeaseId;
using quorate::Rng;
using quorate::lease::Book;
using quorate::lease::kTtlMax;
using quorate::lease::Record;
using quorate::lease::shortest_ttl;

namespace {

using Strings = std::vector<std::string>;
using namespace std::chrono_literals;

Strings keys_of(const Book& book, std::int64_t id) {
  std::set<std::string> keys;
  book.visit_keys(LeaseId{id}, [&](std::string_view key) { keys.emplace(key); });
  return {keys.begin(), keys.end()};
}

Record granted(Book& book, std::int64_t id, std::int64_t ttl) {
  const auto record = book.grant(LeaseId{id}, ttl);
  REQUIRE(record.has_value());
  return *record;
}

Error refused(Book& book, std::int64_t id, std::int64_t ttl) {
  const auto record = book.grant(LeaseId{id}, ttl);
  REQUIRE(!record.has_value());
  return record.error();
}

}  // namespace

TEST_CASE("the shortest TTL is one and a half election timeouts in whole heartbeats (etcd 3.4)") {
  CHECK(shortest_ttl(500ms, 100ms) == 1);
  CHECK(shortest_ttl(650ms, 90ms) == 1);
  CHECK(shortest_ttl(700ms, 100ms) == 1);
  CHECK(shortest_ttl(1000ms, 100ms) == 2);
  CHECK(shortest_ttl(1400ms, 100ms) == 3);
  CHECK(shortest_ttl(1500ms, 100ms) == 3);
  CHECK(shortest_ttl(50'000ms, 5000ms) == 75);
}

TEST_CASE("a TTL is raised to the minimum and refused above the maximum") {
  Book book{2};
  CHECK(granted(book, 1, 0) == Record{LeaseId{1}, 2, 0});
  CHECK(granted(book, 2, -5).ttl == 2);
  CHECK(granted(book, 3, std::numeric_limits<std::int64_t>::min()).ttl == 2);
  CHECK(granted(book, 4, 3).ttl == 3);
  CHECK(granted(book, 5, kTtlMax).ttl == kTtlMax);
  CHECK(refused(book, 6, kTtlMax + 1) ==
        Error{Code::out_of_range, "etcdserver: too large lease TTL"});
  CHECK(book.size() == 5);
}

TEST_CASE("an id in use is refused, after the TTL was looked at") {
  Book book{2};
  granted(book, 5, 100);
  CHECK(refused(book, 5, 10) ==
        Error{Code::failed_precondition, "etcdserver: lease already exists"});
  CHECK(refused(book, 5, kTtlMax + 1).code == Code::out_of_range);
  CHECK(refused(book, 0, 10).code == Code::not_found);
  CHECK(book.find(LeaseId{5})->ttl == 100);
  CHECK(granted(book, -5, 10).id == LeaseId{-5});  // clients may choose negative ones
}

TEST_CASE("a revoke returns the lease's keys in ascending order and forgets them") {
  Book book{2};
  granted(book, 7, 100);
  granted(book, 8, 100);
  for (const char* key : {"b", "c", "a", "moved"}) book.attach(LeaseId{7}, key);
  book.attach(LeaseId{8}, "moved");
  book.detach("c");
  CHECK(book.lease_of("moved") == LeaseId{8});
  CHECK(keys_of(book, 7) == Strings{"a", "b"});
  const auto keys = book.revoke(LeaseId{7});
  REQUIRE(keys.has_value());
  CHECK(*keys == Strings{"a", "b"});
  CHECK(!book.exists(LeaseId{7}));
  CHECK(book.lease_of("a") == LeaseId{});
  CHECK(book.attached_keys() == 1);
  const auto again = book.revoke(LeaseId{7});
  REQUIRE(!again.has_value());
  CHECK(again.error() == Error{Code::not_found, "etcdserver: requested lease not found"});
}

TEST_CASE("a lease granted after a revoke has none of the revoked one's keys") {
  Book book{2};
  granted(book, 1, 10);
  book.attach(LeaseId{1}, "k");
  REQUIRE(book.revoke(LeaseId{1}).has_value());
  granted(book, 2, 10);
  CHECK(keys_of(book, 2).empty());
  CHECK(keys_of(book, 1).empty());
}

TEST_CASE("a checkpoint sets what is left, 0 takes it back, an unknown lease is ignored") {
  Book book{2};
  granted(book, 1, 100);
  CHECK(book.checkpoint(LeaseId{1}, 40) == Record{LeaseId{1}, 100, 40});
  CHECK(book.find(LeaseId{1})->remaining == 40);
  CHECK(book.checkpoint(LeaseId{1}, 101)->remaining == 100);
  CHECK(book.checkpoint(LeaseId{1}, -3)->remaining == 0);
  CHECK(!book.checkpoint(LeaseId{2}, 40));
}

TEST_CASE("what was stored restores the book; keys follow from the rows in their order") {
  Book book{15};
  book.restore({LeaseId{7}, 100, 40});
  book.restore({LeaseId{8}, 2, 0});  // was granted under a shorter minimum
  book.restore({LeaseId{9}, 20, 9999});
  CHECK(book.find(LeaseId{7}) == Record{LeaseId{7}, 100, 40});
  CHECK(book.find(LeaseId{8}) == Record{LeaseId{8}, 15, 0});
  CHECK(book.find(LeaseId{9}) == Record{LeaseId{9}, 20, 20});
  book.restore_key(LeaseId{7}, "a");
  book.restore_key(LeaseId{5}, "b");  // 5 is gone: an old row
  book.restore_key(LeaseId{7}, "b");
  book.restore_key(LeaseId{8}, "b");
  book.restore_key(LeaseId{7}, "c");
  book.restore_key(LeaseId{5}, "c");
  book.restore_key(LeaseId{7}, "d");
  book.restore_key(LeaseId{}, "d");
  CHECK(keys_of(book, 7) == Strings{"a"});
  CHECK(keys_of(book, 8) == Strings{"b"});
  CHECK(book.attached_keys() == 2);
  book.clear();
  CHECK(book.size() == 0);
  CHECK(book.attached_keys() == 0);
  CHECK(!book.exists(LeaseId{7}));
  granted(book, 7, 20);
  CHECK(keys_of(book, 7).empty());
}

TEST_CASE("ids chosen here are positive and free") {
  Book book{2};
  Rng rng{1};
  Rng same{1};
  const LeaseId first = book.unused_id(rng);
  granted(book, first.value(), 10);
  CHECK(book.unused_id(same) != first);  // the same random numbers, but that id is taken
  for (int n = 0; n < 1000; ++n) CHECK(book.unused_id(rng).value() > 0);
}
