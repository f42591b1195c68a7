// A client of an etcd cluster for one command: connects, logs in, repeats what may be repeated.
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/event_loop.h"
#include "common/grpc/channel.h"
#include "common/grpc/stub.h"
#include "ctl/failure.h"
#include "proto/rpc.pb.h"

namespace quorate::ctl {

namespace pb = etcdserverpb;

struct Credentials {
  std::string user;
  std::string password;
};

// How to reach a cluster, and as whom.
struct ClientConfig {
  std::vector<std::string> endpoints;
  grpc::TlsSettings tls;
  bool wants_tls = false;  // where the endpoints do not say
  std::optional<Credentials> credentials;
  std::string token;                                                // instead of credentials
  std::chrono::nanoseconds dial_timeout = std::chrono::seconds{2};  // of logging in
  std::chrono::nanoseconds keepalive_time{};
  std::chrono::nanoseconds keepalive_timeout{};
  std::size_t send_bytes_max = 0;     // 0 = 2 MiB
  std::size_t receive_bytes_max = 0;  // 0 = what the protocol allows
};

using Deadline = std::optional<EventLoop::Instant>;  // none = as long as it takes

// Home: the loop's thread, which is the only one here.
class Client {
 public:
  // Fails with 128 when TLS files are wrong, with 2 when there is no endpoint or the login fails.
  // Connecting itself happens with the first call. `err` outlives the client: it is told once when
  // nobody can be reached.
  static Outcome<std::unique_ptr<Client>> make(EventLoop& loop, const ClientConfig& config,
                                               std::ostream& err);

  // One request, one answer. Repeated while the server is unavailable if it only reads, and after
  // a new login when the token was refused.
  template <class Answer, class Request>
  Result<Answer> call(std::string_view method, const Request& request, Deadline deadline) {
    auto bytes = call_bytes(method, request.SerializeAsString(), deadline);
    if (!bytes) return bytes.error();
    return grpc::parse_message<Answer>(*bytes);
  }

  // A stream, or a call that somebody else waits for. Not repeated.
  enum class NeedsLeader : bool { no, yes };  // yes: refused and cut off while there is none
  [[nodiscard]] grpc::Call start(std::string_view method, grpc::CallEvents events,
                                 NeedsLeader needs_leader = NeedsLeader::no);
  [[nodiscard]] grpc::CallOptions options(Deadline deadline) const;

  [[nodiscard]] EventLoop& loop() { return loop_; }
  [[nodiscard]] grpc::Channel& channel() { return channel_; }
  [[nodiscard]] const ClientConfig& config() const { return config_; }

  // Calls that are waited for end with Cancelled, "context canceled", as soon as it says true,
  // which is asked after whatever happens on the loop. Empty: they are not interrupted.
  void interrupt_when(std::function<bool()> is_interrupted);
  [[nodiscard]] bool is_interrupted() const { return is_interrupted_ && is_interrupted_(); }

  // ---- Logging in

  [[nodiscard]] bool has_credentials() const {
    return config_.credentials.has_value() && config_.token.empty();
  }
  // True when a new login may help: the token was refused, and there are credentials.
  [[nodiscard]] bool can_mend(const Error& error) const;
  // Requires: has_credentials().
  [[nodiscard]] grpc::Call start_login(Deadline deadline, Callback<void(Status)> done);

 private:
  Client(EventLoop& loop, const ClientConfig& config, grpc::ChannelOptions options,
         std::ostream& err);
  Result<std::string> call_bytes(std::string_view method, const std::string& request,
                                 Deadline deadline);
  Result<std::string> call_once(std::string_view method, const std::string& request,
                                Deadline deadline);
  Status log_in(Deadline deadline);
  bool may_repeat(std::string_view method, const Error& error, Deadline deadline);
  void pause(int attempt);
  void complain();

  EventLoop& loop_;
  const ClientConfig config_;
  std::ostream& err_;
  Rng rng_;
  grpc::Channel channel_;
  std::string token_;
  std::function<bool()> is_interrupted_;
  Timer complaint_;  // due when nobody could be reached for a while
  bool has_complained_ = false;
};

}  // namespace quorate::ctl
