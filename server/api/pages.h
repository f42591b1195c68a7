// The plain HTTP endpoints of the client port: /version, /health, /livez, /readyz.
#pragma once

#include "server/api/services.h"
#include "server/net/http.h"

namespace quorate::api {

// Null when the path is none of these.
[[nodiscard]] net::ResponderPtr open_status_page(Services& services, const net::RequestHead& head,
                                                 net::ExchangePtr exchange);

}  // namespace quorate::api
