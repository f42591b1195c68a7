#include "tests/process/auth_client.h"

#include <doctest/doctest.h>

#include "common/error.h"

namespace quorate::test {
namespace {

using namespace std::chrono_literals;
namespace pb = etcdserverpb;

EtcdProcess::Options process_options(std::vector<std::string> flags) {
  EtcdProcess::Options options;
  options.program = QUORATE;
  options.more_flags = std::move(flags);
  options.more_flags.push_back("--bcrypt-cost=4");
  return options;
}

grpc::ChannelOptions to(const EtcdProcess& process) {
  grpc::ChannelOptions options;
  options.endpoints = {process.endpoint()};
  options.backoff_first = 10ms;
  options.backoff_max = 100ms;
  return options;
}

}  // namespace

AuthServer::AuthServer(std::vector<std::string> flags)
    : process{process_options(std::move(flags))}, channel{loop, to(process), Rng{1}} {}

std::string AuthServer::text_of(const Error& error) {
  return std::string{code_name(error.code)} + " " + error.message;
}

grpc::CallOptions AuthServer::options(const std::string& token) {
  grpc::CallOptions options{.deadline = std::chrono::steady_clock::now() + 60s, .metadata = {}};
  if (!token.empty()) options.metadata.push_back({"token", token});
  return options;
}

void AuthServer::add_user(const std::string& name, const std::string& token) {
  pb::AuthUserAddRequest user;
  user.set_name(name);
  user.set_password(name);
  REQUIRE(error<pb::AuthUserAddResponse>("Auth/UserAdd", user, token).empty());
  if (name != "root") {
    pb::AuthRoleAddRequest role;
    role.set_name(name);
    REQUIRE(error<pb::AuthRoleAddResponse>("Auth/RoleAdd", role, token).empty());
  }
  pb::AuthUserGrantRoleRequest grant;
  grant.set_user(name);
  grant.set_role(name);
  REQUIRE(error<pb::AuthUserGrantRoleResponse>("Auth/UserGrantRole", grant, token).empty());
}

void AuthServer::grant(const std::string& role, authpb::Permission::Type type,
                       const std::string& key, const std::string& range_end,
                       const std::string& token) {
  pb::AuthRoleGrantPermissionRequest request;
  request.set_name(role);
  request.mutable_perm()->set_permtype(type);
  request.mutable_perm()->set_key(key);
  request.mutable_perm()->set_range_end(range_end);
  const auto said =
      error<pb::AuthRoleGrantPermissionResponse>("Auth/RoleGrantPermission", request, token);
  REQUIRE(said.empty());
}

void AuthServer::set_up() {
  add_user("root");
  add_user("u");
  grant("u", authpb::Permission::READWRITE, "mine");
  grant("u", authpb::Permission::WRITE, "box");
  REQUIRE(error<pb::AuthEnableResponse>("Auth/AuthEnable", pb::AuthEnableRequest{}).empty());
}

std::string AuthServer::login(const std::string& name, const std::string& password) {
  pb::AuthenticateRequest request;
  request.set_name(name);
  request.set_password(password);
  const auto answer = call<pb::AuthenticateResponse>("Auth/Authenticate", request);
  return answer ? answer->token() : text_of(answer.error());
}

void AuthServer::restart() {
  process.kill();
  process.start();
  // The first call may find the connection that broke.
  while (get({}, "x").starts_with("Unavailable")) continue;
}

std::string AuthServer::put(const std::string& token, const std::string& key, std::int64_t lease) {
  pb::PutRequest request;
  request.set_key(key);
  request.set_value("v");
  request.set_lease(lease);
  return error<pb::PutResponse>("KV/Put", request, token);
}

std::string AuthServer::get(const std::string& token, const std::string& key,
                            const std::string& range_end) {
  pb::RangeRequest request;
  request.set_key(key);
  request.set_range_end(range_end);
  return error<pb::RangeResponse>("KV/Range", request, token);
}

std::string AuthServer::txn(const std::string& token, const pb::TxnRequest& request) {
  return error<pb::TxnResponse>("KV/Txn", request, token);
}

AuthWatch::AuthWatch(AuthServer& server, const std::string& token)
    : server_{server},
      call_{server.channel.start("/etcdserverpb.Watch/Watch", AuthServer::options(token),
                                 {.headers = nullptr,
                                  .message =
                                      [this](std::string bytes) {
                                        responses.push_back(
                                            *grpc::parse_message<pb::WatchResponse>(bytes));
                                      },
                                  .finished = [](grpc::Finished) {}})} {}

std::string AuthWatch::create(const std::string& key, const std::string& range_end) {
  pb::WatchRequest request;
  request.mutable_create_request()->set_key(key);
  request.mutable_create_request()->set_range_end(range_end);
  grpc::send(call_, request);
  wait_for(responses.size() + 1);
  const pb::WatchResponse& answer = responses.back();
  CHECK(answer.created());
  CHECK(answer.canceled() == (answer.watch_id() == -1));
  return answer.canceled() ? answer.cancel_reason() : "created";
}

void AuthWatch::wait_for(std::size_t count) {
  REQUIRE(server_.loop.run_until([&] { return responses.size() >= count; },
                                 std::chrono::steady_clock::now() + 60s));
}

}  // namespace quorate::test
