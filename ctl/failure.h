// How a command ends badly: a line for the operator and an exit status, as etcdctl's.
#pragma once

#include <string>
#include <utility>

#include <boost/system/result.hpp>

#include "common/ensure.h"

namespace quorate::ctl {

// Exit statuses. `lock` adds those of the command it runs.
inline constexpr int kExitError = 1;          // the server or an RPC failed, a flag did not parse
inline constexpr int kExitBadConnection = 2;  // no client could be made
inline constexpr int kExitBadInput = 3;       // what came on stdin (txn, watch -i)
inline constexpr int kExitBadFeature = 4;     // a flag's value names nothing that exists
inline constexpr int kExitInterrupted = 5;    // a stream ended that should not have
inline constexpr int kExitBadArgs = 128;

struct Failure {
  Failure() = default;
  Failure(int exit_status, std::string error_line, std::string more = {})
      : status{exit_status}, text{std::move(error_line)}, after{std::move(more)} {}

  int status = kExitError;
  std::string text;   // printed as "Error: TEXT"; empty: all has been said
  std::string after;  // printed behind it, whole lines (usage)
};

// A value, or how the command ends.
template <class T = void>
using Outcome = boost::system::result<T, Failure>;

inline Failure bad_args(std::string text) {
  return {kExitBadArgs, std::move(text)};
}

// Found by boost::system::result::value() when it holds a failure: a programmer's mistake here.
[[noreturn]] inline void throw_exception_from_error(const Failure& failure,
                                                    const boost::source_location& where) {
  ensure_failed(failure.text.c_str(), where.file_name(), static_cast<int>(where.line()));
}

}  // namespace quorate::ctl
