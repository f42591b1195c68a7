// Go's router sends clients to the path it would look up.
#pragma once

#include <string_view>

#include "server/net/http.h"

namespace quorate::api {

// 301 to `path`, unescaped, with the query of the request.
[[nodiscard]] net::ResponderPtr open_redirect(net::ExchangePtr exchange,
                                              const net::RequestHead& head, std::string_view path);

}  // namespace quorate::api
