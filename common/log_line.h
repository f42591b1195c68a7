// The text of one log line, in the two forms etcd's logger (zap) has:
//
//   json     {"level":"info","ts":"2026-01-02T15:04:05.123456Z","logger":"raft",
//             "caller":"net/port.cc:41","msg":"text","field":"value"}
//   console  2026-01-02T15:04:05.123456Z<tab>info<tab>raft<tab>net/port.cc:41<tab>text<tab>
//            {"field": "value"}
//
// each in one line. A first field named "logger" is the name of a part of the program and takes
// its place before the caller.
#pragma once

#include <string>

#include "common/clock.h"
#include "common/log.h"

namespace quorate {

enum class LogFormat : std::uint8_t { json, console };
enum class LogTime : std::uint8_t { microseconds, seconds };  // how finely a line's time is given

// "debug" to "fatal".
[[nodiscard]] std::string_view log_level_name(LogLevel level);

// Without the newline. The time is given in UTC.
[[nodiscard]] std::string log_line(LogFormat format, LogTime precision, Clock::Wall time,
                                   LogLevel level, const LogMessage& message, LogFields fields);

}  // namespace quorate
