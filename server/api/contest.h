// Carries out what a contender for a lock or for leadership says, and answers its call.
#pragma once

#include "server/api/call.h"
#include "server/concurrency/contender.h"

namespace quorate::api {

struct Services;

// What the store says to whoever uses locks and elections has the code of an unknown error: in etcd
// they are a client of the server's own.
[[nodiscard]] inline Error as_client_error(const Error& error) {
  return {Code::unknown, error.message};
}

using AnswerWinner = void (*)(Services& services, Call& call, const concurrency::Contest& contest,
                              const concurrency::Won& won);
void start_contest(Services& services, const CallPtr& call, concurrency::Contest contest,
                   AnswerWinner answer);

}  // namespace quorate::api
