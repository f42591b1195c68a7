#include "server/config/load.h"

#include "common/log_sink.h"
#include "server/config/check.h"
#include "server/config/derive.h"
#include "server/config/environment.h"
#include "server/config/file.h"
#include "server/config/flag_set.h"
#include "server/config/help.h"
#include "server/config/old_flags.h"

namespace quorate::config {
namespace {

// Files and sockets that are not clients'.
constexpr std::uint64_t kFileDescriptorsReserved = 150;

RotationLimits rotation_limits(const LogRotation& rotation) {
  RotationLimits limits;
  limits.bytes_max = rotation.max_megabytes << 20;
  limits.backups_max = rotation.max_backups;
  limits.age_max = std::chrono::hours{24 * static_cast<std::int64_t>(rotation.max_days)};
  limits.is_local_time = rotation.is_local_time;
  return limits;
}

Log open_log(const LogConfig& config, const Clock& clock) {
  LogSinkOptions options;
  options.format = config.format;
  options.outputs = config.outputs;
  if (config.enable_rotation) options.rotation = rotation_limits(config.rotation);
  auto sink = make_log_sink(options, clock);
  if (!sink) throw ConfigError{kExitRefused, sink.error().message};
  return Log{std::move(*sink), config.level};
}

Config defaults() {
  Config config;
  set_default_urls(config);
  return config;
}

// From here on the log is the one that was asked for.
void switch_log(Loaded& to, const FlagSet& flags, const Clock& clock) {
  flags.check_spellings();
  check_logging(to.config.log);
  to.log = open_log(to.config.log, clock);
  if (to.config.log.enable_rotation && to.config.log.rotation.is_compressed) {
    to.log.warn("old log files are kept as they are: this server does not compress them");
  }
  warn_of_old_flags(flags, to.log);
}

void read_file(Loaded& to, const std::string& path, const Clock& clock) {
  to.config = defaults();  // whatever the flags were
  FlagSet values{to.config};
  apply_file(values, path);
  drop_defaults(to.config, values, Source::file);
  switch_log(to, values, clock);
  to.log.info(
      "loaded server configuration, other configuration command line flags and environment "
      "variables will be ignored if provided",
      {{"path", path}});
}

void read_values(Loaded& to, const Surroundings& around, const Clock& clock) {
  FlagSet flags{to.config};
  flags.parse(std::span{around.args}.subspan(around.args.empty() ? 0 : 1));
  if (flags.wants_version()) throw version_answer();

  std::string file = flags.config_file();
  if (file.empty()) file = value_of(around.environment, variable_name("config-file"));
  if (!file.empty()) {
    read_file(to, file, clock);
    return;
  }
  apply_environment(flags, around.environment, to.log);
  drop_defaults(to.config, flags, Source::command_line);
  switch_log(to, flags, clock);
}

void check_file_descriptors(std::uint64_t limit, const Log& log) {
  if (limit > kFileDescriptorsReserved) return;
  ConfigError error{kExitRefused,
                    "file descriptor limit of etcd process is too low; please set higher"};
  log.fatal(std::string{error.what()},
            {{"limit", limit}, {"recommended-limit", kFileDescriptorsReserved}});
  error.is_logged = true;
  throw error;
}

}  // namespace

Loaded load(const Surroundings& around, const Clock& clock) {
  Loaded to{defaults(), open_log(LogConfig{}, clock)};
  const auto say_running = [&] { to.log.info("Running: ", {{"args", around.args}}); };
  try {
    read_values(to, around, clock);
    check(to.config, to.log);
  } catch (ConfigError& error) {
    if (!error.is_reported()) {
      say_running();
      to.log.warn("failed to verify flags", {{"error", error.what()}});
      error.is_logged = to.log.says(LogLevel::warn);
    }
    throw;
  }
  say_running();
  fill_defaults(to.config, around.default_host, to.log);
  check_file_descriptors(around.file_descriptors_max, to.log);
  try {
    check_start(to.config, to.log);
  } catch (ConfigError& error) {
    to.log.fatal("discovery failed", {{"error", error.what()}});
    error.is_logged = true;
    throw;
  }
  return to;
}

}  // namespace quorate::config
