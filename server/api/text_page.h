// Answers that are known as soon as the request is complete.
#pragma once

#include <string>
#include <string_view>

#include "server/net/http.h"

namespace quorate::api {

// Plain text, as Go's http.Error writes it.
[[nodiscard]] net::ResponderPtr open_text_page(net::ExchangePtr exchange, int status,
                                               std::string text);

// A header line whose value is made for one answer; none when the name is empty.
struct OwnLine {
  std::string_view name;  // static text
  std::string value;
};

// `lines` view into static text.
[[nodiscard]] net::ResponderPtr open_page(net::ExchangePtr exchange, int status,
                                          net::HeaderLines lines, std::string body,
                                          OwnLine own = {});

}  // namespace quorate::api
