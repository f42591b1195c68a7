// The client half against a real etcd.
#include <doctest/doctest.h>

#include "common/grpc/channel.h"
#include "common/grpc/stub.h"
#include "proto/rpc.pb.h"
#include "tests/peers/certificates.h"
#include "tests/peers/etcd_process.h"

using namespace quorate;
using namespace std::chrono_literals;
using grpc::Call;
using grpc::Channel;
using grpc::ChannelOptions;
using test::EtcdProcess;

namespace pb = etcdserverpb;

namespace {

bool has_etcd() {
  if (test::peer_program("etcd")) return true;
  MESSAGE("SKIPPED: QUORATE_PEERS names no directory with an etcd in it");
  return false;
}

grpc::CallOptions patient() {
  return {.deadline = std::chrono::steady_clock::now() + 60s, .metadata = {}};
}

ChannelOptions to(std::vector<std::string> endpoints) {
  ChannelOptions options;
  options.endpoints = std::move(endpoints);
  options.backoff_first = 10ms;
  options.backoff_max = 100ms;
  return options;
}

struct Client {
  explicit Client(const ChannelOptions& options) : channel{loop, options, Rng{1}} {}

  Result<pb::PutResponse> put(const std::string& key, const std::string& value) {
    pb::PutRequest request;
    request.set_key(key);
    request.set_value(value);
    return grpc::call_unary<pb::PutResponse>(channel, "/etcdserverpb.KV/Put", request, patient());
  }
  Result<pb::RangeResponse> get(const std::string& key) {
    pb::RangeRequest request;
    request.set_key(key);
    return grpc::call_unary<pb::RangeResponse>(channel, "/etcdserverpb.KV/Range", request,
                                               patient());
  }
  void wait(const std::function<bool()>& done) {
    REQUIRE(loop.run_until(done, std::chrono::steady_clock::now() + 60s));
  }

  EventLoop loop;
  Channel channel;
};

// A watch stream and what it was told.
struct Watch {
  explicit Watch(Client& client)
      : call{client.channel.start(
            "/etcdserverpb.Watch/Watch", {},
            {.headers = nullptr,
             .message =
                 [this](std::string bytes) {
                   responses.push_back(*grpc::parse_message<pb::WatchResponse>(bytes));
                 },
             .finished = [this](grpc::Finished f) { finished = std::move(f); }})} {}

  void create(const std::string& key) {
    pb::WatchRequest request;
    request.mutable_create_request()->set_key(key);
    grpc::send(call, request);
  }

  std::vector<pb::WatchResponse> responses;
  std::optional<grpc::Finished> finished;
  Call call;
};

}  // namespace

TEST_CASE("calls, errors and large values as etcd answers them") {
  if (!has_etcd()) return;
  const EtcdProcess etcd;
  Client client{to({etcd.endpoint()})};
  REQUIRE(client.put("k", "v").has_value());
  CHECK(client.get("k")->kvs(0).value() == "v");
  CHECK(client.get("").error() == Error{Code::invalid_argument, "etcdserver: key is not provided"});

  const std::string large(1'500'000, 'L');
  REQUIRE(client.put("large", large).has_value());
  CHECK(client.get("large")->kvs(0).value() == large);
  CHECK(client.put("larger", std::string(1'600'000, 'L')).error() ==
        Error{Code::invalid_argument, "etcdserver: request is too large"});
  const pb::RangeRequest empty;
  CHECK(
      grpc::call_unary<pb::RangeResponse>(client.channel, "/etcdserverpb.KV/Nope", empty, patient())
          .error()
          .code == Code::unimplemented);
}

TEST_CASE("several watches and calls share a connection") {
  if (!has_etcd()) return;
  const EtcdProcess etcd;
  Client client{to({etcd.endpoint()})};
  Watch a{client};
  Watch b{client};
  a.create("a");
  b.create("b");
  client.wait([&] { return !a.responses.empty() && !b.responses.empty(); });
  CHECK(a.responses[0].created());
  REQUIRE(client.put("a", "1").has_value());
  REQUIRE(client.put("b", "2").has_value());
  client.wait([&] { return a.responses.size() == 2 && b.responses.size() == 2; });
  CHECK(a.responses[1].events(0).kv().value() == "1");
  CHECK(b.responses[1].events(0).kv().value() == "2");
  a.call.cancel();
  client.wait([&] { return a.finished.has_value(); });
  CHECK(a.finished->status.code == Code::cancelled);
  REQUIRE(client.put("b", "3").has_value());
  client.wait([&] { return b.responses.size() == 3; });
}

TEST_CASE("a lease is kept alive over a stream, which ends well after a half close") {
  if (!has_etcd()) return;
  const EtcdProcess etcd;
  Client client{to({etcd.endpoint()})};
  pb::LeaseGrantRequest grant;
  grant.set_ttl(100);
  const auto lease = grpc::call_unary<pb::LeaseGrantResponse>(
      client.channel, "/etcdserverpb.Lease/LeaseGrant", grant, patient());
  REQUIRE(lease.has_value());
  int answers = 0;
  std::optional<grpc::Finished> finished;
  Call call = client.channel.start(
      "/etcdserverpb.Lease/LeaseKeepAlive", {},
      {.headers = nullptr,
       .message =
           [&](const std::string& bytes) {
             CHECK(grpc::parse_message<pb::LeaseKeepAliveResponse>(bytes)->ttl() == 100);
             ++answers;
           },
       .finished = [&](grpc::Finished f) { finished = std::move(f); }});
  pb::LeaseKeepAliveRequest keep_alive;
  keep_alive.set_id(lease->id());
  for (int i = 1; i <= 3; ++i) {
    grpc::send(call, keep_alive);
    client.wait([&] { return answers == i; });
  }
  call.end_sending();
  client.wait([&] { return finished.has_value(); });
  CHECK(finished->is_ok());
}

TEST_CASE("a server stream brings a whole snapshot") {
  if (!has_etcd()) return;
  const EtcdProcess etcd;
  Client client{to({etcd.endpoint()})};
  for (int i = 0; i < 8; ++i) {
    REQUIRE(client.put("k" + std::to_string(i), std::string(1'000'000, 's')).has_value());
  }
  std::size_t bytes = 0;
  std::uint64_t remaining = 1;
  std::optional<grpc::Finished> finished;
  Call call = client.channel.start(
      "/etcdserverpb.Maintenance/Snapshot", patient(),
      {.headers = nullptr,
       .message =
           [&](const std::string& message) {
             const auto part = grpc::parse_message<pb::SnapshotResponse>(message);
             bytes += part->blob().size();
             remaining = part->remaining_bytes();
           },
       .finished = [&](grpc::Finished f) { finished = std::move(f); }});
  grpc::send(call, pb::SnapshotRequest{});
  call.end_sending();
  client.wait([&] { return finished.has_value(); });
  CHECK(finished->is_ok());
  CHECK(remaining == 0);
  CHECK(bytes > 8'000'000);
  CHECK(bytes % 512 == 32);
}

TEST_CASE("a killed server ends its streams, and is used again when it is back") {
  if (!has_etcd()) return;
  EtcdProcess etcd;
  Client client{to({test::peer_program("etcd") ? "127.0.0.1:1" : "", etcd.endpoint()})};
  REQUIRE(client.put("k", "v").has_value());
  Watch watch{client};
  watch.create("k");
  client.wait([&] { return !watch.responses.empty(); });
  etcd.kill();
  client.wait([&] { return watch.finished.has_value(); });
  CHECK(watch.finished->status.code == Code::unavailable);
  etcd.start();
  CHECK(client.get("k")->kvs(0).value() == "v");
}

TEST_CASE("TLS with an authority, a client certificate and a name") {
  if (!has_etcd()) return;
  const test::TempDir dir;
  const test::Authority authority{dir.path()};
  const test::Authority stranger{dir.path(), "stranger"};
  const auto server = authority.issue("etcd.test");
  const auto user = authority.issue("user");
  EtcdProcess::Options options;
  options.client_scheme = "https";
  options.more_flags = {"--cert-file=" + server.cert.string(), "--key-file=" + server.key.string(),
                        "--trusted-ca-file=" + authority.cert().string(), "--client-cert-auth"};
  const EtcdProcess etcd{options};

  const grpc::TlsSettings good{.cert_file = user.cert,
                               .key_file = user.key,
                               .ca_file = authority.cert(),
                               .server_name = {},
                               .skip_verify = false};
  const auto channel_options = [&](const grpc::TlsSettings& settings) {
    ChannelOptions result = to({"https://" + etcd.endpoint()});
    result.tls = grpc::make_tls_context(settings).value();
    result.tls_server_name = settings.server_name;
    return result;
  };
  const auto fails_with = [&](const grpc::TlsSettings& settings) {
    Client client{channel_options(settings)};
    std::string trouble;
    pb::RangeRequest request;
    request.set_key("k");
    const Call call = grpc::start_unary<pb::RangeResponse>(
        client.channel, "/etcdserverpb.KV/Range", request, {}, [](Result<pb::RangeResponse>) {});
    client.wait([&] {
      const auto troubles = client.channel.troubles();
      if (!troubles.empty()) trouble = troubles[0].error.message;
      // The server may still be starting, or say its objection after the handshake.
      return trouble.find("refused") == std::string::npos && !trouble.empty();
    });
    return trouble;
  };

  Client works{channel_options(good)};
  CHECK(works.put("k", "v").has_value());
  grpc::TlsSettings named = good;
  named.server_name = "etcd.test";
  Client by_name{channel_options(named)};
  CHECK(by_name.get("k").has_value());
  named.server_name = "other.test";
  CHECK(fails_with(named).find("certificate verify failed") != std::string::npos);
  grpc::TlsSettings wrong_authority = good;
  wrong_authority.ca_file = stranger.cert();
  CHECK(fails_with(wrong_authority).find("certificate verify failed") != std::string::npos);
  wrong_authority.skip_verify = true;
  Client careless{channel_options(wrong_authority)};
  CHECK(careless.get("k").has_value());
  grpc::TlsSettings anonymous = good;
  anonymous.cert_file.clear();
  anonymous.key_file.clear();
  CHECK(fails_with(anonymous).find("certificate") != std::string::npos);
}

TEST_CASE("TLS files that are missing or odd are named, in etcd's words") {
  const auto text = [](grpc::TlsSettings settings) {
    return grpc::make_tls_context(settings).error().message;
  };
  grpc::TlsSettings settings;
  settings.cert_file = "/nope";
  CHECK(text(settings) == "KeyFile and CertFile must both be present[key: , cert: /nope]");
  settings.key_file = "/nope.key";
  CHECK(text(settings) == "open /nope: no such file or directory");
  settings = {};
  settings.ca_file = "/nope.ca";
  CHECK(text(settings) == "open /nope.ca: no such file or directory");
}
