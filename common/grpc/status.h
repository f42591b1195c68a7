// How errors and deadlines are written in gRPC's headers and trailers.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/error.h"

namespace quorate::grpc {

// grpc-message: bytes outside 0x20-0x7e and '%' are written %XX. Decoding keeps a '%' that two
// hexadecimal digits do not follow as it is, so that a bad peer's text is not lost.
[[nodiscard]] std::string percent_encode(std::string_view text);
[[nodiscard]] std::string percent_decode(std::string_view text);

// grpc-timeout: one to eight digits and a unit of H M S m u n. Nothing when malformed; a timeout
// too long for nanoseconds becomes the longest one.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_timeout(std::string_view text);
// The finest unit that needs at most eight digits, rounded up; "0n" for none left.
[[nodiscard]] std::string format_timeout(std::chrono::nanoseconds timeout);

// grpc-status: a decimal number; codes above 16 stay as they are. Nothing when malformed.
[[nodiscard]] std::optional<Code> parse_status(std::string_view text);

// What an HTTP status means when no grpc-status came with it.
[[nodiscard]] Code code_of_http_status(int http_status);
// "Not Found"; empty for one without a name.
[[nodiscard]] std::string_view http_status_text(int http_status);

// What a stream reset means (error codes of RFC 9113 §7), and the code's name.
[[nodiscard]] Code code_of_reset(std::uint32_t http2_error);
[[nodiscard]] std::string http2_error_name(std::uint32_t http2_error);

}  // namespace quorate::grpc
