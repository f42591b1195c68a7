#include "common/grpc/unary.h"

#include <memory>
#include <optional>
#include <utility>

namespace quorate::grpc {
namespace {

struct Answer {
  Callback<void(Result<std::string>)> answered;
  std::optional<std::string> message;
  bool has_several = false;
};

Result<std::string> outcome(Answer& answer, Finished finished) {
  if (!finished.is_ok()) return std::move(finished.status);
  if (answer.has_several) {
    return Error{Code::internal, "cardinality violation: received several answers to a unary call"};
  }
  if (!answer.message) {
    return Error{Code::internal, "cardinality violation: received no answer to a unary call"};
  }
  return std::move(*answer.message);
}

}  // namespace

Call start_unary(Channel& channel, std::string_view method, std::string_view request,
                 const CallOptions& options, Callback<void(Result<std::string>)> answered) {
  // Shared by the two closures, which live and die with the call.
  auto answer = std::make_shared<Answer>(Answer{std::move(answered), std::nullopt, false});
  Call call = channel.start(method, options,
                            {.headers = nullptr,
                             .message =
                                 [answer](std::string message) {
                                   answer->has_several = answer->message.has_value();
                                   answer->message = std::move(message);
                                 },
                             .finished =
                                 [answer](Finished finished) {
                                   answer->answered(outcome(*answer, std::move(finished)));
                                 }});
  call.send(request);
  call.end_sending();
  return call;
}

Result<std::string> call_unary(Channel& channel, std::string_view method, std::string_view request,
                               const CallOptions& options) {
  std::optional<Result<std::string>> result;
  const Call call = start_unary(channel, method, request, options,
                                [&](Result<std::string> r) { result = std::move(r); });
  channel.loop().run_until([&] { return result.has_value(); });
  return std::move(*result);
}

}  // namespace quorate::grpc
