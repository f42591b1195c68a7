// Tokens: what a client shows after it has logged in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/id.h"
#include "common/result.h"
#include "server/auth/identity.h"

namespace quorate::auth {

// An Authenticate entry that is being applied.
struct TokenRequest {
  std::string_view username;
  AuthRevision revision;    // of the store
  std::string_view prefix;  // what make_prefix() gave to the member that proposed
  Index index;              // the number behind the prefix; which one is the caller's choice
};

// Home: state thread.
class TokenProvider {
 public:
  virtual ~TokenProvider() = default;

  // Goes into the log with the entry, so that all members make the same token. May be empty.
  [[nodiscard]] virtual std::string make_prefix() = 0;

  // Every member calls it for every Authenticate it applies; where nobody waits for the token, only
  // if is_kept().
  [[nodiscard]] virtual Result<std::string> assign(const TokenRequest& request) = 0;
  // Whether tokens are known by being kept here, not by a signature.
  [[nodiscard]] virtual bool is_kept() const = 0;

  // Whom the token names; nothing if it is not valid. `current`: the store's revision, which a
  // token that carries none of its own gets.
  [[nodiscard]] virtual std::optional<Identity> check(std::string_view token,
                                                      AuthRevision current) = 0;
  // The entry this member must have applied before a refusal by check() means anything: another
  // member may have made the token a moment ago. 0: none.
  [[nodiscard]] virtual Index known_after(std::string_view token) const = 0;

  virtual void forget_user(std::string_view username) = 0;
  virtual void forget_all() = 0;
};

}  // namespace quorate::auth
