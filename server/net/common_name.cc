#include "server/net/common_name.h"

#include <array>

#include <openssl/x509.h>

namespace quorate::net {

std::string common_name_of(X509* certificate) {
  std::array<char, 256> name{};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                             name.data(), static_cast<int>(name.size()));
  return size > 0 ? std::string(name.data(), static_cast<std::size_t>(size)) : std::string{};
}

}  // namespace quorate::net
