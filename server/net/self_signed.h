// A certificate of the server's own making, for --auto-tls.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace quorate::net {

struct CertificateFiles {
  std::string cert;
  std::string key;
};

// The certificate in `dir` (cert.pem, key.pem), made for these hosts when there is none yet: so
// that clients who pinned it still know it after a restart. Throws std::runtime_error with a
// sentence when it cannot be written.
[[nodiscard]] CertificateFiles self_signed_certificate(const std::filesystem::path& dir,
                                                       const std::vector<std::string>& hosts,
                                                       std::uint64_t years);

}  // namespace quorate::net
