// The calls of channel.h and unary.h in terms of generated protobuf messages. Thin: nothing here
// but turning messages into bytes and back.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "common/grpc/channel.h"
#include "common/grpc/unary.h"

namespace quorate::grpc {

template <class Message>
Result<Message> parse_message(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error{Code::internal, "the answer is not a " + std::string{message.GetTypeName()}};
  }
  return message;
}

template <class Answer, class Request>
Result<Answer> call_unary(Channel& channel, std::string_view method, const Request& request,
                          const CallOptions& options) {
  auto bytes = call_unary(channel, method, std::string_view{request.SerializeAsString()}, options);
  if (!bytes) return bytes.error();
  return parse_message<Answer>(*bytes);
}

template <class Answer, class Request>
[[nodiscard]] Call start_unary(Channel& channel, std::string_view method, const Request& request,
                               const CallOptions& options,
                               Callback<void(Result<Answer>)> answered) {
  return start_unary(channel, method, std::string_view{request.SerializeAsString()}, options,
                     Callback<void(Result<std::string>)>{
                         [answered = std::move(answered)](Result<std::string> bytes) mutable {
                           if (bytes) {
                             answered(parse_message<Answer>(*bytes));
                           } else {
                             answered(bytes.error());
                           }
                         }});
}

template <class Request>
void send(Call& call, const Request& request) {
  call.send(request.SerializeAsString());
}

}  // namespace quorate::grpc
