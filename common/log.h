// Structured log lines, one JSON object each, as operators of etcd know them:
// {"level":"info","ts":"2026-01-02T15:04:05.123456Z","caller":"net/port.cc:41","msg":"...",...}
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace quorate {

enum class LogLevel : std::uint8_t { debug, info, warn, error, panic, fatal };

// One name and value. Views: only for the duration of the call. Durations print as Go does
// ("1.5s").
struct LogField {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool,
                             std::chrono::nanoseconds, std::span<const std::string>>;
  std::string_view name;
  Value value;

  LogField(std::string_view n, std::string_view v) : name{n}, value{v} {}
  LogField(std::string_view n, const char* v) : name{n}, value{std::string_view{v}} {}
  LogField(std::string_view n, const std::string& v) : name{n}, value{std::string_view{v}} {}
  LogField(std::string_view n, bool v) : name{n}, value{v} {}
  LogField(std::string_view n, double v) : name{n}, value{v} {}
  LogField(std::string_view n, std::int64_t v) : name{n}, value{v} {}
  LogField(std::string_view n, int v) : name{n}, value{std::int64_t{v}} {}
  LogField(std::string_view n, std::uint64_t v) : name{n}, value{v} {}
  LogField(std::string_view n, std::uint32_t v) : name{n}, value{std::uint64_t{v}} {}
  LogField(std::string_view n, std::chrono::nanoseconds v) : name{n}, value{v} {}
  LogField(std::string_view n, const std::vector<std::string>& v)
      : name{n}, value{std::span<const std::string>{v}} {}
};

// What is being said, and where in the source: made implicitly from the message's text.
struct LogMessage {
  std::string_view text;
  std::source_location where;

  LogMessage(const char* t, std::source_location w = std::source_location::current())
      : text{t}, where{w} {}
  LogMessage(const std::string& t, std::source_location w = std::source_location::current())
      : text{t}, where{w} {}
};

using LogFields = std::initializer_list<LogField>;

// Where lines go. Home: any thread.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(LogLevel level, const LogMessage& message, LogFields fields) = 0;
};

// A cheap handle, passed down by value. Without a sink it says nothing.
class Log {
 public:
  Log() = default;
  // shared_ptr: every object that logs keeps the sink alive until the last has spoken.
  Log(std::shared_ptr<LogSink> sink, LogLevel least) : sink_{std::move(sink)}, least_{least} {}

  [[nodiscard]] bool says(LogLevel level) const { return sink_ != nullptr && level >= least_; }

  void debug(const LogMessage& m, LogFields f = {}) const { write(LogLevel::debug, m, f); }
  void info(const LogMessage& m, LogFields f = {}) const { write(LogLevel::info, m, f); }
  void warn(const LogMessage& m, LogFields f = {}) const { write(LogLevel::warn, m, f); }
  void error(const LogMessage& m, LogFields f = {}) const { write(LogLevel::error, m, f); }
  // The caller ends the process after these: panic with status 2, fatal with 1.
  void panic(const LogMessage& m, LogFields f = {}) const { write(LogLevel::panic, m, f); }
  void fatal(const LogMessage& m, LogFields f = {}) const { write(LogLevel::fatal, m, f); }

 private:
  void write(LogLevel level, const LogMessage& message, LogFields fields) const {
    if (says(level)) sink_->write(level, message, fields);
  }

  std::shared_ptr<LogSink> sink_;
  LogLevel least_ = LogLevel::info;
};

}  // namespace quorate
