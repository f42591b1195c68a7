// The text of a response's head.
#pragma once

#include <cstdint>
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

// The pieces of a head, without the empty line that ends it. The version answered is the version
// asked in.
enum class MinorVersion : std::uint8_t { http10, http11 };
void append_status_line(MinorVersion version, int status, std::string_view phrase,
                        std::string& out);
void append_fields(const HeaderLines& headers, std::string& out);

// A request's target taken apart: origin form ("/path?query") or absolute form
// ("http://host/path?query", which servers must take too: RFC 9112 §3.2.2).
struct Target {
  std::string_view authority;  // of the absolute form, else empty
  std::string_view path;
  std::string_view query;
};
[[nodiscard]] Target split_target(std::string_view target);

// Why a request cannot be served whatever it asks for; status 0 when it can.
struct Refusal {
  int status = 0;
  std::string_view phrase;  // behind the status; empty = the standard one
  std::string_view body;
};
[[nodiscard]] Refusal check_head(const Headers& headers, MinorVersion version);
[[nodiscard]] Refusal check_target(std::string_view method, std::string_view target);

}  // namespace quorate::net
