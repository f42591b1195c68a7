// Where log lines go: standard error or output, files, the system's journal. Carried by spdlog.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/log.h"
#include "common/log_line.h"
#include "common/result.h"
#include "common/rotating_file.h"

namespace quorate {

struct LogSinkOptions {
  LogFormat format = LogFormat::json;
  LogTime time = LogTime::microseconds;
  // "default" and "stderr" (the same), "stdout", "systemd/journal", or paths of files to append
  // to. Each is used once, however often it is named; "/dev/null" among them discards everything.
  std::vector<std::string> outputs{"default"};
  std::optional<RotationLimits> rotation;  // of files
  bool is_sampled = true;                  // see log_sampler.h
};

// A sink for any thread; a line is written whole and, from warn upwards, at once also to files.
// Requires: `clock` outlives the sink. Errors: an output that cannot be opened.
Result<std::shared_ptr<LogSink>> make_log_sink(const LogSinkOptions& options, const Clock& clock);

// "debug" to "fatal" in any case, "" is info. Error: unrecognized level: "x".
Result<LogLevel> parse_log_level(std::string_view text);

}  // namespace quorate
