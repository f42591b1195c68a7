#include "server/concurrency/queue.h"

#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::concurrency;

TEST_CASE("a key is the name, a slash and the lease in hexadecimal") {
  CHECK(queue_key("lock", LeaseId{0x8d5a2052e377525}) == "lock/8d5a2052e377525");
  CHECK(queue_key("", LeaseId{1}) == "/1");
  CHECK(queue_key("a/b/", LeaseId{255}) == "a/b//ff");
}

TEST_CASE("negative leases have a minus sign, as Go prints them") {
  CHECK(queue_key("l", LeaseId{-0x31}) == "l/-31");
  CHECK(queue_key("l", LeaseId{std::numeric_limits<std::int64_t>::min()}) == "l/-8000000000000000");
}

TEST_CASE("a queue is every key under the name, and no other") {
  const QueueRange range{"l"};
  CHECK(range.keys().contains("l/"));
  CHECK(range.keys().contains("l/1"));
  CHECK(range.keys().contains("l/deep/er"));
  CHECK(range.keys().contains("l/\xff\xff"));
  CHECK_FALSE(range.keys().contains("l"));
  CHECK_FALSE(range.keys().contains("l0"));
  CHECK_FALSE(range.keys().contains("l."));
}
