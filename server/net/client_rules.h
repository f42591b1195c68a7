// Which client certificates are turned away although an authority we trust has signed them.
#pragma once

#include <string>
#include <vector>

struct x509_st;

namespace quorate::net {

struct ClientRules {
  std::string crl_file;  // DER or PEM, read anew for every certificate; empty = nothing is revoked
  // Of the client's own certificate: its common name is one of these, and it is valid for one of
  // these hosts. Empty = any.
  std::vector<std::string> common_names;
  std::vector<std::string> hostnames;
};

// Throws std::runtime_error with a sentence that names the file when the list cannot be read.
void check_readable(const ClientRules& rules);

// X509_V_OK, or the error with which the handshake fails. `depth` 0 is the client's own
// certificate, the others are those that vouch for it.
[[nodiscard]] int verdict(const ClientRules& rules, x509_st* certificate, int depth);

}  // namespace quorate::net
