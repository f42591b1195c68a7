// Answers that are known as soon as the request is complete.
#pragma once

#include <string>

#include "server/net/http.h"

namespace quorate::api {

// Plain text, as Go's http.Error writes it.
[[nodiscard]] net::ResponderPtr open_text_page(net::ExchangePtr exchange, int status,
                                               std::string text);

// `lines` view into static text.
[[nodiscard]] net::ResponderPtr open_page(net::ExchangePtr exchange, int status,
                                          net::HeaderLines lines, std::string body);

// 301 to `location`.
[[nodiscard]] net::ResponderPtr open_redirect_page(net::ExchangePtr exchange, std::string location,
                                                   std::string body);

}  // namespace quorate::api
