// A store with what it needs around it, and its requests by name.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/rng.h"
#include "proto/rpc.pb.h"
#include "server/auth/authorizer.h"
#include "server/auth/simple_tokens.h"
#include "server/auth/store.h"
#include "tests/common/fake_clock.h"

namespace quorate::auth {

// The same for the same seed: for tests only.
class SeededSecrets final : public SecretSource {
 public:
  explicit SeededSecrets(std::uint64_t seed) : rng_{seed} {}
  void fill(std::span<unsigned char> bytes) override {
    for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(rng_.below(256));
  }

 private:
  Rng rng_;
};

class FakeLeases final : public LeaseKeys {
 public:
  std::map<LeaseId, std::vector<std::string>> keys;

  void visit_keys(LeaseId lease, FunctionRef<bool(std::string_view)> visit) const override;
  void visit_leases(FunctionRef<bool(LeaseId)> visit) const override;
};

struct StoreWorld {
  static Result<std::string> hash_of(std::string_view password) {
    return "hash of " + std::string{password};
  }

  FakeClock clock;
  SeededSecrets secrets{1};
  SimpleTokens tokens{clock, secrets, std::chrono::seconds{300}};
  Store store{tokens, hash_of};
  FakeLeases leases;
  Authorizer authorizer{store, leases};

  Status enable();
  Status disable();
  Status add_user(const std::string& name);  // with the password "pw"
  Status add_role(const std::string& name);
  Status grant_role(const std::string& user, const std::string& role);
  Status grant(const std::string& role, PermissionType type, const std::string& key,
               const std::string& range_end = {});

  // Root, and a user for each of the lists with a role of the same name; then on.
  struct Grant {
    PermissionType type;
    std::string key;
    std::string range_end;
  };
  void set_up(const std::map<std::string, std::vector<Grant>>& users);

  [[nodiscard]] Identity as(const std::string& user) const { return {user, store.revision()}; }
};

inline constexpr PermissionType kRead = PermissionType::read;
inline constexpr PermissionType kWrite = PermissionType::write;
inline constexpr PermissionType kReadWrite = PermissionType::read_write;

}  // namespace quorate::auth
