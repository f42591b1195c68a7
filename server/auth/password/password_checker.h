// Checks and hashes passwords on a worker, and answers on the state thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/callback.h"
#include "common/executor.h"
#include "common/result.h"
#include "server/auth/password/password_cache.h"
#include "server/auth/secret_source.h"

namespace quorate::auth {

// Home: state thread. Both executors outlive what was given to them; answers that come after the
// checker is gone are dropped.
class PasswordChecker {
 public:
  struct Options {
    unsigned bcrypt_cost = 10;
    std::size_t waiting_max = 256;  // answers owed; beyond: too many requests
  };

  PasswordChecker(const Options& options, SecretSource& secrets, Executor& worker, Executor& home);

  // True if the password fits the hash that is stored for the user. `done` runs inside the call if
  // that is known already. Whoever asks the same while it is being found out shares the answer.
  using Checked = Callback<void(Result<bool>)>;
  void check(std::string username, std::string stored_hash, std::string password, Checked done);

  // The hash of a new password, in the base64 that a proposed request carries it in.
  using Hashed = Callback<void(Result<std::string>)>;
  void hash(std::string password, Hashed done);

 private:
  struct Key {
    std::string username;
    Digest digest;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  void finish_check(const Key& key, bool fits);

  Options options_;
  SecretSource& secrets_;
  Executor& worker_;
  Executor& home_executor_;
  PasswordCache cache_;
  std::map<Key, std::vector<Checked>> checks_;  // under way
  std::size_t waiting_ = 0;
  std::shared_ptr<const bool> alive_ = std::make_shared<bool>(true);  // answers hold it weakly
  Home home_;
};

}  // namespace quorate::auth
