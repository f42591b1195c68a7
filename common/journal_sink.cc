#include "common/journal_sink.h"

#include <cerrno>
#include <cstring>
#include <mutex>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>

namespace quorate {
namespace {

// syslog(3)'s priorities.
int priority(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical:
      return 2;
    case spdlog::level::err:
      return 3;
    case spdlog::level::warn:
      return 4;
    case spdlog::level::info:
      return 6;
    default:
      return 7;
  }
}

// A field that may hold newlines: name, newline, size in 64 bits little endian, bytes, newline.
std::string binary_field(std::string_view name, std::string_view value) {
  std::string field = fmt::format("{}\n", name);
  for (unsigned shift = 0; shift < 64; shift += 8) {
    field += static_cast<char>((std::uint64_t{value.size()} >> shift) & 0xff);
  }
  return field.append(value) + '\n';
}

class JournalSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit JournalSink(int socket) : socket_{socket} {}
  ~JournalSink() override { ::close(socket_); }

 private:
  void sink_it_(const spdlog::details::log_msg& line) override {
    const std::string datagram =
        fmt::format("PRIORITY={}\nSYSLOG_IDENTIFIER=quorate\n", priority(line.level)) +
        binary_field("MESSAGE", {line.payload.data(), line.payload.size()});
    // A journal that is gone or full loses the line; the server goes on.
    [[maybe_unused]] const auto sent =
        ::send(socket_, datagram.data(), datagram.size(), MSG_NOSIGNAL);
  }
  void flush_() override {}

  int socket_;  // owned
};

}  // namespace

Result<std::shared_ptr<spdlog::sinks::sink>> make_journal_sink(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof(address.sun_path)) {
    return Error{Code::invalid_argument, "the journal's socket path is too long"};
  }
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0 ||
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    const int why = errno;
    if (socket >= 0) ::close(socket);
    return Error{Code::unavailable, fmt::format("cannot reach the system journal at {}: {}",
                                                socket_path, std::strerror(why))};
  }
  return std::shared_ptr<spdlog::sinks::sink>{std::make_shared<JournalSink>(socket)};
}

}  // namespace quorate
