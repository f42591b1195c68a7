#include "tests/fuzz/lone_member.h"

#include <vector>

#include "server/api/application.h"
#include "server/api/services.h"
#include "server/auth/password/password_checker.h"
#include "server/auth/simple_tokens.h"
#include "server/metrics/metrics.h"
#include "server/net/http1_session.h"
#include "server/net/http2_session.h"
#include "server/replica/replica.h"
#include "tests/common/fake_clock.h"
#include "tests/sim/manual_executor.h"

namespace quorate::fuzz {
namespace {

// Takes everything at once and keeps nothing but what memory holds anyway.
class Ports final : public replica::LogPort,
                    public replica::TablePort,
                    public replica::PeerPort,
                    public replica::TaskPort,
                    public replica::MaintenancePort {
 public:
  explicit Ports(sim::ManualExecutor& loop) : loop_{loop} {}

  void append(raft::Persist, Callback<void()> durable) override { loop_.post(std::move(durable)); }
  void release(Index) override {}
  // Never written: so all rows stay in memory, and no other is ever asked for.
  void write(replica::TableBatch, Callback<void(const replica::TableWritten&)>) override {}
  void read(std::vector<RowNumber>, RowsRead done) override {
    done(Error{Code::internal, "there is no file"});
  }
  void locate(Revision, Callback<void(Result<RowNumber>)> done) override {
    done(Error{Code::internal, "there is no file"});
  }
  void scan(const replica::HistoryPart&, RowsRead done) override {
    done(Error{Code::internal, "there is no file"});
  }
  void send(std::vector<raft::Message>) override {}
  void later(Callback<void()> work) override { loop_.post(std::move(work)); }
  std::unique_ptr<replica::SnapshotStream> open_snapshot() override { return {}; }
  void defragment() override {}

 private:
  sim::ManualExecutor& loop_;
};

class Transport final : public net::Transport {
 public:
  explicit Transport(Reading reading) : reading_{reading} {}
  void start(net::TransportUser&) override {}
  void set_user(net::TransportUser&) override {}
  std::size_t write(std::string_view bytes) override {
    if (reading_ == Reading::off) return 0;
    sent.append(bytes);
    return bytes.size();
  }
  void pause_reading() override { is_paused = true; }
  void resume_reading() override { is_paused = false; }
  void shutdown() override {}

  std::string sent;
  bool is_paused = false;

 private:
  Reading reading_;
};

class Owner final : public net::SessionOwner {
 public:
  void will_flush(net::Session& /*session*/) override { is_dirty = true; }
  void finished(net::Session& /*session*/) override { is_over = true; }
  bool is_dirty = false;
  bool is_over = false;
};

replica::Config config() {
  replica::Config out;
  out.id = MemberId{1};
  out.cluster = ClusterId{2};
  out.name = "lone";
  out.api_version = "3.5.0";
  out.raft.id = out.id;
  return out;
}

replica::Restored restored() {
  replica::Restored out;
  out.raft.conf.voters = {MemberId{1}};
  membership::Member self;
  self.id = MemberId{1};
  out.members.restore(self);
  return out;
}

}  // namespace

struct LoneMember::Parts {
  Parts() {
    services.limits.memory_bytes_max = 4 << 20;
    replica.start([this] { is_ready = true; });
    while (!is_ready) turn();
  }

  api::PageSources pages() {
    return {[](std::function<void(std::string)> done) { done("metrics"); }, metrics.server,
            [] { return "{}"; }};
  }

  void turn() {
    replica.tick();
    do {
      replica.flush();
      loop.run();
      replica.flush();
    } while (!loop.is_idle());
  }

  sim::ManualExecutor loop;
  Ports ports{loop};
  bool is_ready = false;
  FakeClock clock;
  auth::SystemSecrets secrets;
  auth::SimpleTokens tokens{clock, secrets, std::chrono::seconds{300}};
  replica::Replica replica{
      config(), {ports, ports, ports, ports, tokens, {}}, restored(), Rng{1}, clock, Log{}};
  auth::PasswordChecker passwords{{.bcrypt_cost = 4}, secrets, loop, loop};
  metrics::Metrics metrics{metrics::Detail::basic};
  api::MethodTable methods{metrics.grpc};
  api::Services services{replica, ports, passwords, {}, "3.5.0"};
  net::Limits limits;
  net::TimerWheel timers;
  net::Peer peer;
  api::Application application{
      api::GrpcContext{services, methods, metrics, 1 << 20, limits.body_timeout}, api::HttpPolicy{},
      pages()};
};

LoneMember::LoneMember() : parts_{std::make_unique<Parts>()} {}
LoneMember::~LoneMember() = default;

std::string LoneMember::serve(Protocol protocol, Reading reading, std::string_view bytes,
                              std::size_t piece_bytes) {
  Parts& p = *parts_;
  Owner owner;
  Transport transport{reading};
  const auto make = protocol == Protocol::http1 ? net::make_http1_session : net::make_http2_session;
  const auto session = make(owner, transport, p.peer, p.application, p.limits, p.timers);
  const auto settle = [&] {
    do {
      owner.is_dirty = false;
      p.turn();
      session->flush();
    } while (owner.is_dirty);
  };
  while (!bytes.empty() && !owner.is_over && !transport.is_paused) {
    session->on_bytes(bytes.substr(0, piece_bytes));
    bytes.remove_prefix(std::min(piece_bytes, bytes.size()));
    settle();
  }
  // Long enough for every deadline but those of silence.
  p.timers.advance(p.limits.body_timeout / net::TimerWheel::kTick + 10);
  if (!owner.is_over) settle();
  if (!owner.is_over) session->on_input_end();
  if (!owner.is_over) settle();
  if (!owner.is_over) session->on_closed("gone");
  return transport.sent;
}

bool LoneMember::is_quiet() const {
  const net::Load& load = parts_->application.load;
  return load.unsent_bytes == 0 && load.streams == 0 && parts_->services.request_bytes == 0 &&
         parts_->services.answer_bytes == 0;
}

}  // namespace quorate::fuzz
