// The system journal as a place for log lines: one datagram each, in journald's native protocol
// (systemd.io/JOURNAL_NATIVE_PROTOCOL), with the level as priority.
#pragma once

#include <memory>
#include <string>

#include <spdlog/sinks/sink.h>

#include "common/result.h"

namespace quorate {

inline constexpr const char* kJournalSocket = "/run/systemd/journal/socket";

// Error: nobody listens at `socket_path`.
Result<std::shared_ptr<spdlog::sinks::sink>> make_journal_sink(const std::string& socket_path);

}  // namespace quorate
