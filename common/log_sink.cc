#include "common/log_sink.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <unistd.h>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "common/go_text.h"
#include "common/journal_sink.h"
#include "common/log_sampler.h"

namespace quorate {
namespace {

spdlog::level::level_enum carrier_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    default:
      return spdlog::level::critical;
  }
}

class SpdlogSink final : public LogSink {
 public:
  SpdlogSink(const LogSinkOptions& options, const Clock& clock,
             std::vector<spdlog::sink_ptr> outputs)
      : format_{options.format},
        time_{options.time},
        is_sampled_{options.is_sampled},
        clock_{clock},
        carrier_{"", outputs.begin(), outputs.end()} {
    carrier_.set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    carrier_.set_level(spdlog::level::trace);
    carrier_.flush_on(spdlog::level::warn);
    // By default spdlog tells standard error, in a form of its own, of a disk that is full.
    carrier_.set_error_handler([](const std::string&) {});
  }

  void write(LogLevel level, const LogMessage& message, LogFields fields) override {
    if (carrier_.sinks().empty()) return;
    if (is_sampled_ && !sampler_.admits(level, message.text, clock_.now())) return;
    const std::string line = log_line(format_, time_, clock_.wall(), level, message, fields);
    carrier_.log(spdlog::source_loc{}, carrier_level(level), spdlog::string_view_t{line});
  }

 private:
  const LogFormat format_;
  const LogTime time_;
  const bool is_sampled_;
  const Clock& clock_;
  LogSampler sampler_;
  spdlog::logger carrier_;
};

Result<spdlog::sink_ptr> open_file(const std::string& path) {
  // Tried first by hand: spdlog would make missing directories, and words its errors differently.
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) {
    return Error{Code::invalid_argument,
                 fmt::format("open sink {}: open {}: {}", go_quoted(path), path, go_errno(errno))};
  }
  ::close(file);
  try {
    return spdlog::sink_ptr{std::make_shared<spdlog::sinks::basic_file_sink_mt>(path)};
  } catch (const spdlog::spdlog_ex& failure) {
    return Error{Code::invalid_argument,
                 fmt::format("open sink {}: {}", go_quoted(path), failure.what())};
  }
}

Result<spdlog::sink_ptr> open_output(const std::string& name, const LogSinkOptions& options,
                                     const Clock& clock) {
  if (name == "stderr") return spdlog::sink_ptr{std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  if (name == "stdout") return spdlog::sink_ptr{std::make_shared<spdlog::sinks::stdout_sink_mt>()};
  if (name == "systemd/journal") return make_journal_sink(kJournalSocket);
  if (options.rotation) return make_rotating_file(name, *options.rotation, clock);
  return open_file(name);
}

}  // namespace

Result<std::shared_ptr<LogSink>> make_log_sink(const LogSinkOptions& options, const Clock& clock) {
  std::set<std::string> names;
  for (const std::string& name : options.outputs) names.insert(name == "default" ? "stderr" : name);
  if (names.contains("/dev/null")) names.clear();
  std::vector<spdlog::sink_ptr> outputs;
  for (const std::string& name : names) {
    auto output = open_output(name, options, clock);
    if (!output) return output.error();
    outputs.push_back(std::move(*output));
  }
  return std::shared_ptr<LogSink>{std::make_shared<SpdlogSink>(options, clock, std::move(outputs))};
}

Result<LogLevel> parse_log_level(std::string_view text) {
  if (text.empty()) return LogLevel::info;
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c); });
  if (lower == "dpanic") return LogLevel::panic;
  for (const LogLevel level : {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error,
                               LogLevel::panic, LogLevel::fatal}) {
    if (lower == log_level_name(level)) return level;
  }
  return Error{Code::invalid_argument, "unrecognized level: " + go_quoted(text)};
}

}  // namespace quorate
