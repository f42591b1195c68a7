#include "server/lease/attached_keys.h"

#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/common/test_seed.h"

using quorate::Rng;
using quorate::lease::AttachedKeys;

namespace {

using Lease = AttachedKeys::Lease;

std::multiset<std::string> keys_of(const AttachedKeys& keys, Lease lease) {
  std::multiset<std::string> found;
  keys.visit(lease, [&](std::string_view key) { found.emplace(key); });
  return found;
}

// Short and long, also on both sides of what fits into a block, with zero bytes.
std::string any_key(Rng& rng) {
  std::string key = "key" + std::to_string(rng.below(60));
  if (rng.chance(1, 3)) key.push_back('\0');
  if (rng.chance(1, 3)) key.resize(490 + rng.below(12), 'x');
  if (rng.chance(1, 9)) key.resize(2000, 'y');
  return key;
}

}  // namespace

TEST_CASE("a key belongs to the lease it was attached to last") {
  AttachedKeys keys;
  keys.attach(3, "a");
  keys.attach(3, "b");
  keys.attach(1, "a");
  CHECK(keys.lease_of("a") == 1);
  CHECK(keys.lease_of("b") == 3);
  CHECK(!keys.lease_of("c"));
  CHECK(keys_of(keys, 1) == std::multiset<std::string>{"a"});
  CHECK(keys_of(keys, 3) == std::multiset<std::string>{"b"});
  CHECK(keys_of(keys, 99).empty());
  keys.detach("b");
  keys.detach("b");
  CHECK(keys_of(keys, 3).empty());
  CHECK(keys.size() == 1);
}

TEST_CASE("attaching a key again to its lease changes nothing") {
  AttachedKeys keys;
  keys.attach(0, "a");
  keys.attach(0, "a");
  CHECK(keys.size() == 1);
  CHECK(keys_of(keys, 0) == std::multiset<std::string>{"a"});
}

TEST_CASE("attached keys behave as a map from keys to leases") {
  for (const std::uint64_t seed : quorate::test_seeds(40)) {
    INFO("again: QUORATE_SEED=", seed, " lease_test -tc='attached keys behave*'");
    Rng rng{seed};
    AttachedKeys keys;
    std::map<std::string, Lease> model;
    const std::uint64_t leases = 1 + rng.below(6);
    for (int round = 0; round < 1500; ++round) {
      const auto lease = static_cast<Lease>(rng.below(leases));
      const std::string key = any_key(rng);
      if (rng.chance(1, 60)) {
        keys.detach_all(lease);
        std::erase_if(model, [&](const auto& pair) { return pair.second == lease; });
      } else if (rng.chance(1, 2)) {
        keys.attach(lease, key);
        model[key] = lease;
      } else {
        keys.detach(key);
        model.erase(key);
      }
      if (rng.chance(1, 500)) {
        keys.clear();
        model.clear();
      }
      REQUIRE(keys.size() == model.size());
      const auto known = model.find(key);
      REQUIRE(keys.lease_of(key).has_value() == (known != model.end()));
      if (known != model.end()) REQUIRE(keys.lease_of(key) == known->second);
      if (round % 50 != 0) continue;
      for (Lease any = 0; any < leases; ++any) {
        std::multiset<std::string> expected;
        for (const auto& [text, owner] : model) {
          if (owner == any) expected.insert(text);
        }
        REQUIRE(keys_of(keys, any) == expected);
      }
    }
  }
}
