// Who a client certificate says its owner is.
#pragma once

#include <string>

struct x509_st;

namespace quorate::net {

// The common name in a certificate's subject; empty when it has none.
[[nodiscard]] std::string common_name_of(x509_st* certificate);

}  // namespace quorate::net
