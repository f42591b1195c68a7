// How the JSON gateway reports errors: HTTP status and body, as etcd 3.5.
#pragma once

#include <string>
#include <string_view>

#include "common/error.h"

namespace quorate {

// The HTTP status that stands for a gRPC code.
int http_status_of(Code code);
// "Bad Request" for 400. Requires: a status that http_status_of returns.
std::string_view http_reason(int status);

// {"error":"MESSAGE","message":"MESSAGE","code":3}
std::string gateway_error_body(const Error& error);
// The last item of a stream that had begun:
// {"error":{"grpc_code":2,"http_code":500,"message":"MESSAGE","http_status":"..."}}
std::string gateway_stream_error_body(const Error& error);

}  // namespace quorate
