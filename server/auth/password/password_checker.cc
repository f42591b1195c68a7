#include "server/auth/password/password_checker.h"

#include <utility>

#include <openssl/crypto.h>

#include "common/json/base64.h"
#include "server/auth/errors.h"
#include "server/auth/password/bcrypt.h"

namespace quorate::auth {
namespace {

void wipe(std::string& password) {
  OPENSSL_cleanse(password.data(), password.size());
}

}  // namespace

PasswordChecker::PasswordChecker(const Options& options, SecretSource& secrets, Executor& worker,
                                 Executor& home)
    : options_{options},
      secrets_{secrets},
      worker_{worker},
      home_executor_{home},
      cache_{secrets} {}

void PasswordChecker::check(std::string username, std::string stored_hash, std::string password,
                            Checked done) {
  home_.check();
  Key key{std::move(username), cache_.digest(stored_hash, password)};
  if (cache_.knows(key.username, key.digest)) {
    wipe(password);
    return done(true);
  }
  if (waiting_ >= options_.waiting_max) return done(too_many_requests());
  ++waiting_;
  auto& askers = checks_[key];
  askers.push_back(std::move(done));
  if (askers.size() > 1) return;
  // The worker must not look at `this`, which may be gone; it need not hash for nobody then.
  worker_.post([this, alive = std::weak_ptr{alive_}, &home = home_executor_, key = std::move(key),
                hash = std::move(stored_hash), text = std::move(password)]() mutable {
    const bool fits = !alive.expired() && fits_hash(text, hash);
    wipe(text);
    home.post([this, alive = std::move(alive), key = std::move(key), fits] {
      if (!alive.expired()) finish_check(key, fits);
    });
  });
}

void PasswordChecker::finish_check(const Key& key, bool fits) {
  home_.check();
  if (fits) cache_.remember(key.username, key.digest);
  auto askers = checks_.extract(key);
  waiting_ -= askers.mapped().size();
  for (Checked& done : askers.mapped()) done(fits);
}

void PasswordChecker::hash(std::string password, Hashed done) {
  home_.check();
  if (waiting_ >= options_.waiting_max) return done(too_many_requests());
  ++waiting_;
  BcryptSalt salt;
  secrets_.fill(salt);
  worker_.post([this, alive = std::weak_ptr{alive_}, &home = home_executor_,
                cost = options_.bcrypt_cost, salt, text = std::move(password),
                done = std::move(done)]() mutable {
    Result<std::string> hash = std::string{};
    if (!alive.expired()) hash = hash_password(text, cost, salt);
    wipe(text);
    home.post(
        [this, alive = std::move(alive), hash = std::move(hash), done = std::move(done)]() mutable {
          if (alive.expired()) return;
          --waiting_;
          if (!hash) return done(hash.error());
          std::string encoded;
          json::append_base64(*hash, encoded);
          done(std::move(encoded));
        });
  });
}

}  // namespace quorate::auth
