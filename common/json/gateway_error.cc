#include "common/json/gateway_error.h"

#include "common/ensure.h"
#include "common/json/string_literal.h"

namespace quorate {

int http_status_of(Code code) {
  switch (code) {
    case Code::ok:
      return 200;
    case Code::invalid_argument:
    case Code::failed_precondition:
    case Code::out_of_range:
      return 400;
    case Code::unauthenticated:
      return 401;
    case Code::permission_denied:
      return 403;
    case Code::not_found:
      return 404;
    case Code::cancelled:
      return 408;
    case Code::already_exists:
    case Code::aborted:
      return 409;
    case Code::resource_exhausted:
      return 429;
    case Code::unknown:
    case Code::internal:
    case Code::data_loss:
      return 500;
    case Code::unimplemented:
      return 501;
    case Code::unavailable:
      return 503;
    case Code::deadline_exceeded:
      return 504;
  }
  return 500;
}

std::string_view http_reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      ENSURE(!"an HTTP status that no code stands for");
  }
  return {};
}

std::string gateway_error_body(const Error& error) {
  std::string body = R"({"error":)";
  json::append_string(error.message, body);
  body += R"(,"message":)";
  json::append_string(error.message, body);
  body += R"(,"code":)" + std::to_string(static_cast<int>(error.code)) + "}";
  return body;
}

std::string gateway_stream_error_body(const Error& error) {
  const int status = http_status_of(error.code);
  std::string body = R"({"error":{"grpc_code":)";
  body += std::to_string(static_cast<int>(error.code));
  body += R"(,"http_code":)" + std::to_string(status) + R"(,"message":)";
  json::append_string(error.message, body);
  body += R"(,"http_status":)";
  json::append_string(http_reason(status), body);
  body += "}}";
  return body;
}

}  // namespace quorate
