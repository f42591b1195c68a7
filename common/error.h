// What went wrong, as a value. Only api/ and ctl/ turn it into something on the wire or screen.
#pragma once

#include <string>
#include <string_view>

namespace quorate {

// The sixteen gRPC codes plus ok: every error we can report has one of them, so they serve as our
// own. https://grpc.github.io/grpc/core/md_doc_statuscodes.html
enum class Code : int {
  ok = 0,
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16,
};

// "InvalidArgument", as Go's gRPC prints it.
std::string_view code_name(Code code);

struct Error {
  Code code = Code::unknown;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

}  // namespace quorate
