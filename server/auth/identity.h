// Who asks: what a token or a certificate names, and what a log entry's header carries on.
#pragma once

#include <string>

#include "common/id.h"

namespace quorate::auth {

// Counts the changes of users, roles and permissions; a fresh store stands at 1.
using AuthRevision = Id<struct AuthRevisionTag>;

struct Identity {
  std::string username;
  AuthRevision revision;  // of the store when the user was named; 0: nobody was

  [[nodiscard]] bool is_nobody() const { return revision == AuthRevision{}; }

  friend bool operator==(const Identity&, const Identity&) = default;
};

// Both the user and the role with this name are special.
inline constexpr const char* kRoot = "root";

}  // namespace quorate::auth
