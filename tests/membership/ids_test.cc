#include "server/membership/ids.h"

#include <doctest/doctest.h>

#include "common/hex.h"

using namespace quorate;
using namespace std::chrono_literals;

namespace {
std::vector<Url> urls(std::string_view list) {
  return parse_urls(list).value();
}
}  // namespace

// Vectors from running etcd members.
TEST_CASE("a single default member and its cluster have etcd's ids") {
  const MemberId member =
      membership::initial_member_id(urls("http://localhost:2380"), "etcd-cluster");
  CHECK(to_hex(member) == "8e9e05c52164694d");
  CHECK(to_hex(membership::cluster_id({member})) == "cdf818194e3a8c32");
}

TEST_CASE("three members give the same cluster id in any order") {
  std::vector<MemberId> members;
  for (const char* url :
       {"http://127.0.0.1:21241", "http://127.0.0.1:21243", "http://127.0.0.1:21245"}) {
    members.push_back(membership::initial_member_id(urls(url), "tkn"));
  }
  CHECK(to_hex(members[0]) == "21a8f9fdb05fd5a8");
  CHECK(to_hex(members[1]) == "de296fa9a89e4270");
  CHECK(to_hex(members[2]) == "9c404b429a99f9ee");
  CHECK(to_hex(membership::cluster_id(members)) == "94b638bec7f75965");
  std::swap(members[0], members[2]);
  CHECK(to_hex(membership::cluster_id(members)) == "94b638bec7f75965");
}

// etcd 3.4.23, --initial-cluster-token etcd-cluster: its log says local-member-id and cluster-id.
TEST_CASE("several peer URLs are sorted before they are hashed") {
  const MemberId one =
      membership::initial_member_id(urls("http://127.0.0.1:31380"), "etcd-cluster");
  CHECK(to_hex(one) == "8ddab73534be950c");
  CHECK(to_hex(membership::cluster_id({one})) == "8c2ff40632fd55ca");

  auto two = urls("http://127.0.0.1:31380,http://127.0.0.1:31390");
  const MemberId forward = membership::initial_member_id(two, "etcd-cluster");
  std::swap(two[0], two[1]);
  CHECK(membership::initial_member_id(two, "etcd-cluster") == forward);
  CHECK(to_hex(forward) == "14ee31e6b41cdb81");
}

TEST_CASE("a member added at run time depends on the second, not on the token") {
  const Clock::Wall now{1700000000s};
  const MemberId id = membership::added_member_id(urls("http://a:1"), now);
  CHECK(id == membership::added_member_id(urls("http://a:1"), now + 999ms));
  CHECK(id != membership::added_member_id(urls("http://a:1"), now + 1s));
  // The same bytes in the place of the token hash alike.
  CHECK(id == membership::initial_member_id(urls("http://a:1"), "1700000000"));
}
