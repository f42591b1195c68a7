#include "server/config/machine.h"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <optional>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace quorate::config {
namespace {

// Connecting a datagram socket sends nothing: the kernel picks the way and with it our address.
// The targets are set aside for documentation (RFC 5737, RFC 3849), so only the default route
// leads there.
std::optional<std::string> own_address_towards(const sockaddr* target, socklen_t size) {
  const int probe = ::socket(target->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return std::nullopt;
  sockaddr_storage own{};
  socklen_t own_size = sizeof(own);
  const bool is_known = ::connect(probe, target, size) == 0 &&
                        ::getsockname(probe, reinterpret_cast<sockaddr*>(&own), &own_size) == 0;
  ::close(probe);
  if (!is_known) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* const address =
      own.ss_family == AF_INET
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(own).sin_addr)
          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(own).sin6_addr);
  if (inet_ntop(own.ss_family, address, text.data(), text.size()) == nullptr) return std::nullopt;
  return std::string{text.data()};
}

}  // namespace

Result<std::string> default_host() {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(9);
  inet_pton(AF_INET, "192.0.2.1", &v4.sin_addr);
  if (auto own = own_address_towards(reinterpret_cast<const sockaddr*>(&v4), sizeof(v4))) {
    return std::move(*own);
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(9);
  inet_pton(AF_INET6, "2001:db8::1", &v6.sin6_addr);
  if (auto own = own_address_towards(reinterpret_cast<const sockaddr*>(&v6), sizeof(v6))) {
    return std::move(*own);
  }
  return Error{Code::unavailable, "could not find default route"};
}

std::uint64_t file_descriptors_max() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return limit.rlim_cur;
}

}  // namespace quorate::config
