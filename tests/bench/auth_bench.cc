// What authorization costs a request: looking a token up, checking a key.
//   ninja -C build/release tests/bench/auth_bench && build/release/tests/bench/auth_bench
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "common/ensure.h"
#include "proto/rpc.pb.h"
#include "server/auth/authorizer.h"
#include "server/auth/jwt/jwt_tokens.h"
#include "server/auth/password/bcrypt.h"
#include "server/auth/password/password_cache.h"
#include "tests/auth/store_world.h"
#include "tests/auth/test_keys.h"

namespace quorate::auth {
namespace {

template <class Work>
void measure(const char* name, int count, Work work) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) work(i);
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  std::printf("%-44s %12.0f ns\n", name, took.count() / count);
}

void bench_permissions() {
  for (const int ranges : {1, 1000}) {
    std::vector<StoreWorld::Grant> grants;
    for (int i = 0; i < ranges; ++i) {
      const std::string key = "/app/" + std::to_string(1'000'000 + i) + "/";
      grants.push_back({kReadWrite, key, key + "\xff"});
    }
    StoreWorld world;
    world.set_up({{"u", grants}});
    const Identity who = world.as("u");
    measure(ranges == 1 ? "put, 1 range" : "put, 1000 ranges", 2'000'000, [&](int i) {
      const auto& grant = grants[static_cast<std::size_t>(i) % grants.size()];
      ENSURE(world.authorizer.put(who, {grant.key + "key", {}}).has_value());
    });
    etcdserverpb::TxnRequest txn;
    for (int i = 0; i < 3; ++i) txn.add_compare()->set_key(grants[0].key + "key");
    txn.add_success()->mutable_request_put()->set_key(grants[0].key + "key");
    txn.add_failure()->mutable_request_range()->set_key(grants[0].key + "key");
    measure("txn of 5, ditto", 500'000,
            [&](int) { ENSURE(world.authorizer.txn(who, txn).has_value()); });
  }
}

void bench_tokens() {
  StoreWorld world;
  world.set_up({{"u", {}}});
  std::vector<std::string> tokens;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    tokens.push_back(*world.store.authenticate({"u", {}, world.tokens.make_prefix(), Index{i}},
                                               Store::Waiting::client));
  }
  measure("simple token, the same one", 2'000'000,
          [&](int) { ENSURE(world.tokens.check(tokens[7], world.store.revision()).has_value()); });
  measure("simple token, one of 10000", 2'000'000, [&](int i) {
    const auto& token = tokens[static_cast<std::size_t>(i) * 7919 % tokens.size()];
    ENSURE(world.tokens.check(token, world.store.revision()).has_value());
  });
  for (const char* name : {"HS256", "RS256", "ES256", "EdDSA"}) {
    const SigningMethod& method = *find_signing_method(name);
    const SystemClock clock;
    JwtTokens jwt{clock, load_test_key(method, make_test_key(method)), std::chrono::minutes{5}};
    std::vector<std::string> signed_tokens;
    std::printf("%s\n", name);
    measure("  sign", 500, [&](int i) {
      const AuthRevision revision{static_cast<std::uint64_t>(i) + 1};
      signed_tokens.push_back(*jwt.assign({"u", revision, {}, {}}));
    });
    measure("  check, first time", 500, [&](int i) {
      ENSURE(jwt.check(signed_tokens[static_cast<std::size_t>(i)], {}).has_value());
    });
    measure("  check, again", 500'000,
            [&](int) { ENSURE(jwt.check(signed_tokens[7], {}).has_value()); });
  }
}

void bench_passwords() {
  SeededSecrets secrets{1};
  PasswordCache cache{secrets};
  const std::string stored = *hash_password("password", 10, {});
  measure("bcrypt, cost 10", 3, [&](int) { ENSURE(fits_hash("password", stored)); });
  cache.remember("u", cache.digest(stored, "password"));
  measure("a password that is known", 200'000,
          [&](int) { ENSURE(cache.knows("u", cache.digest(stored, "password"))); });
}

}  // namespace
}  // namespace quorate::auth

int main() {
  quorate::auth::bench_permissions();
  quorate::auth::bench_tokens();
  quorate::auth::bench_passwords();
}
