// A server whose users are asked who they are, and calls to it in their names.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/grpc/channel.h"
#include "common/grpc/stub.h"
#include "proto/rpc.pb.h"
#include "tests/peers/etcd_process.h"

namespace quorate::test {

class AuthServer {
 public:
  // With cheap passwords.
  explicit AuthServer(std::vector<std::string> flags = {});

  template <class Answer, class Request>
  Result<Answer> call(const std::string& method, const Request& request,
                      const std::string& token = {}) {
    return grpc::call_unary<Answer>(channel, "/etcdserverpb." + method, request, options(token));
  }
  // "" or the error as "CODE text".
  template <class Answer, class Request>
  std::string error(const std::string& method, const Request& request,
                    const std::string& token = {}) {
    return error_of<Answer>("/etcdserverpb." + method, request, token);
  }
  // Of another package's service.
  template <class Answer, class Request>
  std::string error_of(const std::string& path, const Request& request, const std::string& token) {
    const auto answer = grpc::call_unary<Answer>(channel, path, request, options(token));
    return answer ? std::string{} : text_of(answer.error());
  }
  [[nodiscard]] static std::string text_of(const Error& error);
  [[nodiscard]] static grpc::CallOptions options(const std::string& token);

  // Users have their name as password, and a role of that name.
  void add_user(const std::string& name, const std::string& token = {});
  void grant(const std::string& role, authpb::Permission::Type type, const std::string& key,
             const std::string& range_end = {}, const std::string& token = {});
  // root; u, who owns "mine" and may write "box"; then on.
  void set_up();
  [[nodiscard]] std::string login(const std::string& name, const std::string& password);
  [[nodiscard]] std::string login(const std::string& name) { return login(name, name); }

  // Kills it, and waits until it serves again.
  void restart();

  std::string put(const std::string& token, const std::string& key, std::int64_t lease = 0);
  std::string get(const std::string& token, const std::string& key,
                  const std::string& range_end = {});
  std::string txn(const std::string& token, const etcdserverpb::TxnRequest& request);

  EtcdProcess process;
  EventLoop loop;
  grpc::Channel channel;
};

// A stream of watches and what was told of them.
class AuthWatch {
 public:
  AuthWatch(AuthServer& server, const std::string& token);
  // The answer to it: "created" or the reason why not.
  std::string create(const std::string& key, const std::string& range_end = {});
  // Waits for so many responses.
  void wait_for(std::size_t count);

  std::vector<etcdserverpb::WatchResponse> responses;

 private:
  AuthServer& server_;
  grpc::Call call_;
};

}  // namespace quorate::test
