// The text of a response's head.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "server/net/http.h"

namespace quorate::net {

// "Content-Type" from "content-type", as Go writes it on HTTP/1.1.
void append_canonical_name(std::string_view lower, std::string& out);
// "Not Found"; empty for a status without a standard phrase.
std::string_view reason_phrase(int status);
// "Tue, 15 Nov 1994 08:12:31 GMT" (RFC 9110 §5.6.7).
std::string http_date(std::time_t when);

// Status line and fields, without the empty line that ends the head.
void append_head(int status, const HeaderLines& headers, std::string& out);

}  // namespace quorate::net
