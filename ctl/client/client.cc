#include "ctl/client/client.h"

#include <algorithm>
#include <array>
#include <ostream>

#include <fmt/format.h>

#include "ctl/client/error_text.h"

namespace quorate::ctl {
namespace {

using std::chrono::nanoseconds;

constexpr int kAttemptsMax = 100;
constexpr nanoseconds kPauseBetween = std::chrono::milliseconds{25};
// Servers cut off clients that ping more often: gRPC's clients never do.
constexpr nanoseconds kKeepaliveTimeMin = std::chrono::seconds{10};

// Calls that only read: they may be repeated when the server says it is unavailable, even if it
// had begun with them.
constexpr auto kRepeatable = std::to_array<std::string_view>(
    {"/etcdserverpb.KV/Range", "/etcdserverpb.Lease/LeaseTimeToLive",
     "/etcdserverpb.Lease/LeaseLeases", "/etcdserverpb.Cluster/MemberList",
     "/etcdserverpb.Maintenance/Alarm", "/etcdserverpb.Maintenance/Status",
     "/etcdserverpb.Maintenance/HashKV", "/etcdserverpb.Auth/UserList",
     "/etcdserverpb.Auth/UserGet", "/etcdserverpb.Auth/RoleGet", "/etcdserverpb.Auth/RoleList"});

bool is_about_token(const Error& error) {
  return error.message == "etcdserver: invalid auth token" ||
         error.message == "etcdserver: revision of auth store is old" ||
         error.message == "etcdserver: user name is empty";
}

Error interrupted() {
  return {Code::cancelled, "context canceled"};
}

grpc::ChannelOptions channel_options(const ClientConfig& config) {
  grpc::ChannelOptions options;
  options.endpoints = config.endpoints;
  options.tls_server_name = config.tls.server_name;
  options.user_agent = "quoratectl";
  if (config.keepalive_time.count() > 0) {
    options.keepalive_time = std::max(config.keepalive_time, kKeepaliveTimeMin);
  }
  options.keepalive_timeout = config.keepalive_timeout;
  if (config.send_bytes_max > 0) options.send_bytes_max = config.send_bytes_max;
  if (config.receive_bytes_max > 0) options.receive_bytes_max = config.receive_bytes_max;
  return options;
}

// What most often is behind a connection that does not come about.
std::string_view advice(const std::string& trouble) {
  const auto says = [&](std::string_view text) { return trouble.find(text) != std::string::npos; };
  if (says("connection refused")) return "; is a server listening there? (--endpoints)";
  if (says("certificate verify failed")) return "; --cacert names the authority to trust";
  if (says("wrong version number")) return "; the server may not speak TLS (http://)";
  if (says("TLS handshake")) return "; the server may want another --cert, --key or --cacert";
  if (says("EOF") || says("reset by peer")) return "; the server may want TLS (https://, --cacert)";
  if (says("lookup")) return "; the name cannot be resolved (--endpoints)";
  return "";
}

}  // namespace

Outcome<std::unique_ptr<Client>> Client::make(EventLoop& loop, const ClientConfig& config,
                                              std::ostream& err) {
  const auto no_connection = [](std::string text) {
    return Failure{kExitBadConnection, std::move(text)};
  };
  grpc::ChannelOptions options = channel_options(config);
  // The files are read even where no endpoint wants them, so that a wrong path never goes unseen.
  auto tls = grpc::make_tls_context(config.tls);
  if (!tls) return bad_args(tls.error().message);
  if (config.endpoints.empty()) return no_connection("etcdclient: no available endpoints");
  if (grpc::wants_tls(config.endpoints, config.wants_tls)) options.tls = *tls;
  if (config.receive_bytes_max > 0 && config.send_bytes_max > config.receive_bytes_max) {
    return no_connection(
        fmt::format("gRPC message recv limit ({} bytes) must be greater than send limit ({} bytes)",
                    config.receive_bytes_max, config.send_bytes_max));
  }
  std::unique_ptr<Client> client{new Client{loop, config, std::move(options), err}};
  const auto deadline = std::chrono::steady_clock::now() + config.dial_timeout;
  if (client->has_credentials()) {
    if (const Status ok = client->log_in(deadline); !ok) {
      return no_connection(error_text(ok.error()));
    }
  }
  return client;
}

Client::Client(EventLoop& loop, const ClientConfig& config, grpc::ChannelOptions options,
               std::ostream& err)
    : loop_{loop},
      config_{config},
      err_{err},
      rng_{random_seed()},
      channel_{loop, std::move(options), rng_.fork()},
      token_{config.token},
      complaint_{loop} {
  complaint_.set(config.dial_timeout, [this] { complain(); });
}

grpc::Call Client::start_login(Deadline deadline, Callback<void(Status)> done) {
  pb::AuthenticateRequest request;
  request.set_name(config_.credentials->user);
  request.set_password(config_.credentials->password);
  token_.clear();
  return grpc::start_unary<pb::AuthenticateResponse>(
      channel_, "/etcdserverpb.Auth/Authenticate", request, options(deadline),
      [this, done = std::move(done)](const Result<pb::AuthenticateResponse>& answer) mutable {
        if (answer) token_ = answer->token();
        const bool is_well =
            answer || answer.error().message == "etcdserver: authentication is not enabled";
        done(is_well ? Status{} : Status{answer.error()});
      });
}

Status Client::log_in(Deadline deadline) {
  std::optional<Status> done;
  const grpc::Call call = start_login(deadline, [&](Status status) { done = std::move(status); });
  loop_.run_until([&] { return done || is_interrupted(); });
  if (!done) return interrupted();
  if (!*done) complain();
  return *done;
}

bool Client::can_mend(const Error& error) const {
  return is_about_token(error) && has_credentials();
}

void Client::interrupt_when(std::function<bool()> is_interrupted) {
  is_interrupted_ = std::move(is_interrupted);
}

grpc::CallOptions Client::options(Deadline deadline) const {
  grpc::CallOptions options;
  options.deadline = deadline;
  if (!token_.empty()) options.metadata.push_back({"token", token_});
  return options;
}

grpc::Call Client::start(std::string_view method, grpc::CallEvents events,
                         NeedsLeader needs_leader) {
  grpc::CallOptions call_options = options(std::nullopt);
  if (needs_leader == NeedsLeader::yes) call_options.metadata.push_back({"hasleader", "true"});
  return channel_.start(method, call_options, std::move(events));
}

Result<std::string> Client::call_bytes(std::string_view method, const std::string& request,
                                       Deadline deadline) {
  for (int attempt = 1;; ++attempt) {
    auto answer = call_once(method, request, deadline);
    if (answer || attempt == kAttemptsMax || !may_repeat(method, answer.error(), deadline)) {
      if (!answer) complain();
      return answer;
    }
    pause(attempt);
  }
}

Result<std::string> Client::call_once(std::string_view method, const std::string& request,
                                      Deadline deadline) {
  std::optional<Result<std::string>> answer;
  const grpc::Call call = grpc::start_unary(
      channel_, method, std::string_view{request}, options(deadline),
      Callback<void(Result<std::string>)>{[&](Result<std::string> r) { answer = std::move(r); }});
  loop_.run_until([&] { return answer || is_interrupted(); });
  if (!answer) return interrupted();
  return std::move(*answer);
}

bool Client::may_repeat(std::string_view method, const Error& error, Deadline deadline) {
  const bool has_time = !deadline || std::chrono::steady_clock::now() < *deadline;
  if (!has_time) return false;
  if (can_mend(error)) return log_in(deadline).has_value() && !token_.empty();
  return error.code == Code::unavailable &&
         std::find(kRepeatable.begin(), kRepeatable.end(), method) != kRepeatable.end();
}

// As often as there are endpoints in a quorum the next one is asked at once; then a short rest.
void Client::pause(int attempt) {
  const int quorum = static_cast<int>(config_.endpoints.size()) / 2 + 1;
  if (attempt % quorum != 0) return;
  const auto rest = kPauseBetween * rng_.between(90, 110) / 100;
  (void)loop_.run_until([] { return false; }, std::chrono::steady_clock::now() + rest);
}

void Client::complain() {
  if (has_complained_ || channel_.has_connection()) return;
  for (const auto& trouble : channel_.troubles()) {
    has_complained_ = true;
    err_ << fmt::format("cannot reach {}: {}{}\n", trouble.endpoint, trouble.error.message,
                        advice(trouble.error.message))
         << std::flush;
  }
}

}  // namespace quorate::ctl
