// How Go's standard library writes and reads small values. Operators type these forms in flags and
// environment variables and read them in log lines and error texts.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace quorate {

// "1h2m3.5s", "100ms", "822.813µs", "0s": time.Duration.String.
[[nodiscard]] std::string go_duration(std::chrono::nanoseconds duration);
// The same forms back, and every mix of units ("1.5h30m"): time.ParseDuration, with its error
// texts (time: missing unit in duration "5").
Result<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

// In double quotes, with backslash escapes for what cannot be printed: %q.
[[nodiscard]] std::string go_quoted(std::string_view text);
// ["a" "b"]: %q of a list.
[[nodiscard]] std::string go_quoted_list(const std::vector<std::string>& texts);

// strconv.ParseInt and ParseUint with base 0: 0x, 0o, 0b, a leading 0 (octal) and underscores
// between digits are understood. Errors: "invalid syntax" or "value out of range".
Result<std::int64_t> parse_go_int(std::string_view text);
Result<std::uint64_t> parse_go_uint(std::string_view text, std::uint64_t max = UINT64_MAX);

// strconv.ParseBool: 1 t T TRUE true True and 0 f F FALSE false False. Error: "invalid syntax".
Result<bool> parse_go_bool(std::string_view text);

// The text of an errno value as Go's syscall package words it: "no such file or directory".
[[nodiscard]] std::string go_errno(int number);

}  // namespace quorate
