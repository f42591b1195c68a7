// What the server tells about itself, and where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/log_line.h"

namespace quorate::config {

// Of a single log file, when it has grown.
struct LogRotation {
  std::uint64_t max_megabytes = 100;
  std::uint64_t max_days = 0;     // old files older than this go; 0 = never
  std::uint64_t max_backups = 0;  // old files kept; 0 = all
  bool is_local_time = false;     // in their names; else UTC
  bool is_compressed = false;
};

struct LogConfig {
  std::string logger = "zap";                   // the only one
  std::vector<std::string> outputs{"default"};  // --log-outputs, see common/log_sink.h
  std::string level_name = "info";              // --log-level
  bool debug = false;                           // of etcd 3.4: the same as --log-level=debug
  std::string format_name = "json";             // --log-format
  bool enable_rotation = false;                 // --enable-log-rotation
  std::string rotation_json =                   // --log-rotation-config-json
      R"({"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false})";

  // Out of the names, by load().
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::json;
  LogRotation rotation;
};

struct MetricsConfig {
  std::string detail = "basic";  // --metrics; "extensive" adds the handling time of each RPC
  [[nodiscard]] bool is_extensive() const { return detail == "extensive"; }
};

// OpenTelemetry; all but the first mean something only when it is set.
struct TracingConfig {
  bool enable = false;                     // --enable-distributed-tracing
  std::string address = "localhost:4317";  // --distributed-tracing-address, of the collector
  std::string service_name = "etcd";       // --distributed-tracing-service-name
  std::string instance_id;                 // --distributed-tracing-instance-id
  std::int64_t samples_per_million = 0;    // --distributed-tracing-sampling-rate
};

}  // namespace quorate::config
