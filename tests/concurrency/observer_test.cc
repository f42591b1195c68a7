#include "server/concurrency/observer.h"

#include <string>

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::concurrency;

namespace {

template <class Step>
Step as(const NextToSee& next) {
  REQUIRE(std::holds_alternative<Step>(next));
  return std::get<Step>(next);
}

Heard put(const char* key, std::int64_t revision) {
  return {Heard::Kind::put, key, Revision{revision}};
}
Heard deleted(const char* key, std::int64_t revision) {
  return {Heard::Kind::deleted, key, Revision{revision}};
}

}  // namespace

TEST_CASE("a leader that is there is told and followed from then on") {
  Observer observer;
  as<LookFirst>(observer.begin());
  const auto show = as<ShowFirst>(observer.looked(std::string{"e/1"}, Revision{7}));
  CHECK(show.follow.key == "e/1");
  CHECK(show.follow.after == Revision{7});
  CHECK_FALSE(as<ShowHeard>(observer.heard(put("e/1", 8))).follow);
}

TEST_CASE("without a leader the first key put is the leader's") {
  Observer observer;
  CHECK(as<FollowQueue>(observer.looked(std::nullopt, Revision{7})).after == Revision{7});
  as<NothingNew>(observer.heard(deleted("e/0", 8)));
  const auto show = as<ShowHeard>(observer.heard(put("e/2", 9)));
  REQUIRE(show.follow);
  CHECK(show.follow->key == "e/2");
  CHECK(show.follow->after == Revision{9});
  CHECK_FALSE(as<ShowHeard>(observer.heard(put("e/2", 10))).follow);
}

TEST_CASE("when the leader's key goes the next one is looked for") {
  Observer observer;
  as<ShowFirst>(observer.looked(std::string{"e/1"}, Revision{7}));
  as<LookFirst>(observer.heard(deleted("e/1", 8)));
  as<FollowQueue>(observer.looked(std::nullopt, Revision{8}));
  CHECK(as<ShowHeard>(observer.heard(put("e/3", 9))).follow);
}
