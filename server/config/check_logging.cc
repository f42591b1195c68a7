#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/go_text.h"
#include "common/log_sink.h"
#include "server/config/check.h"
#include "server/config/config_error.h"

namespace quorate::config {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& reason) {
  throw ConfigError{kExitRefused, reason};
}

bool is_file(const std::string& output) {
  return output != "default" && output != "stderr" && output != "stdout";
}

void check_outputs(const LogConfig& log) {
  const auto& outputs = log.outputs;
  if (outputs.size() > 1 && std::find(outputs.begin(), outputs.end(), "default") != outputs.end()) {
    refuse("multi logoutput for \"default\" is not supported yet");
  }
  if (!log.enable_rotation) return;
  const auto files = std::count_if(outputs.begin(), outputs.end(), is_file);
  if (files > 1 || (outputs.size() == 1 && files == 0)) {
    refuse("--log-outputs requires a single file path when --log-rotate-config-json is defined");
  }
}

[[noreturn]] void refuse_rotation_value(const std::string& key, std::string_view wanted) {
  refuse(fmt::format("invalid log rotation config: {} is to be {}", key, wanted));
}

void take(const json& object, const std::string& key, std::uint64_t& to) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return;
  if (!found->is_number_unsigned()) refuse_rotation_value(key, "a whole number");
  to = found->get<std::uint64_t>();
}

void take(const json& object, const std::string& key, bool& to) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return;
  if (!found->is_boolean()) refuse_rotation_value(key, "true or false");
  to = found->get<bool>();
}

LogRotation parse_rotation(const std::string& text) {
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded()) {
    refuse("improperly formatted log rotation config: " + go_quoted(text) + " is no JSON");
  }
  if (!object.is_object()) refuse("invalid log rotation config: an object is expected");
  LogRotation rotation;
  take(object, "maxsize", rotation.max_megabytes);
  take(object, "maxage", rotation.max_days);
  take(object, "maxbackups", rotation.max_backups);
  take(object, "localtime", rotation.is_local_time);
  take(object, "compress", rotation.is_compressed);
  // 0 is the default size, as for etcd. Larger numbers than these mean "never" anyway.
  if (rotation.max_megabytes == 0) rotation.max_megabytes = LogRotation{}.max_megabytes;
  rotation.max_megabytes = std::min(rotation.max_megabytes, std::uint64_t{1} << 40);
  rotation.max_days = std::min(rotation.max_days, std::uint64_t{100'000});
  return rotation;
}

}  // namespace

void check_logging(LogConfig& log) {
  if (log.logger == "capnslog") refuse("--logger=capnslog is removed in v3.5");
  if (log.logger != "zap") refuse("unknown logger option " + go_quoted(log.logger));
  check_outputs(log);
  if (log.enable_rotation) log.rotation = parse_rotation(log.rotation_json);
  const auto level = parse_log_level(log.level_name);
  if (!level) {
    ConfigError error{kExitSyntax, level.error().message};
    error.err = level.error().message + "\n";
    throw error;
  }
  log.level = log.debug ? LogLevel::debug : *level;
  if (log.format_name != "json" && log.format_name != "console") {
    refuse(fmt::format("unknown log format: {}, supported values json, console", log.format_name));
  }
  log.format = log.format_name == "json" ? LogFormat::json : LogFormat::console;
}

}  // namespace quorate::config
