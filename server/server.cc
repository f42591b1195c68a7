#include "server/server.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "common/heap.h"
#include "common/hex.h"
#include "common/rng.h"
#include "common/version.h"
#include "common/worker_thread.h"
#include "server/api/application.h"
#include "server/api/peer_pages.h"
#include "server/api/services.h"
#include "server/auth/password/password_checker.h"
#include "server/auto_compactor.h"
#include "server/config/machine.h"
#include "server/data_dir.h"
#include "server/metrics/metrics.h"
#include "server/net/loop.h"
#include "server/net/port.h"
#include "server/net/self_signed.h"
#include "server/net/tls_context.h"
#include "server/notify.h"
#include "server/sampler.h"
#include "server/tokens.h"

namespace quorate {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

// ---- The replica's ports on the edges

class WalPort final : public replica::LogPort {
 public:
  WalPort(wal::Wal& wal, metrics::Disk& metrics) : wal_{wal}, metrics_{metrics} {}
  void append(raft::Persist batch, Callback<void()> durable) override {
    wal_.append(std::move(batch),
                [this, durable = std::move(durable)](const wal::WriteStats& stats) mutable {
                  count(stats);
                  durable();
                });
  }
  void release(Index index) override {
    if (index > released_) wal_.release(released_ = index);
  }

 private:
  void count(const wal::WriteStats& stats) {
    if (stats.appends == 0) return;  // shared another batch's write
    metrics_.wal_write_duration.observe(stats.write_time);
    metrics_.wal_fsync_duration.observe(stats.sync_time);
    metrics_.wal_write_bytes.add(static_cast<double>(stats.bytes));
  }

  wal::Wal& wal_;
  metrics::Disk& metrics_;
  Index released_;
};

// A cluster of one has nobody to write to.
class NoPeers final : public replica::PeerPort {
 public:
  void send(std::vector<raft::Message> /*messages*/) override {}
};

class LoopTasks final : public replica::TaskPort {
 public:
  explicit LoopTasks(net::Loop& loop) : loop_{loop} {}
  void later(Callback<void()> work) override { loop_.post(std::move(work)); }

 private:
  net::Loop& loop_;
};

// ---- The configuration in the parts' own terms

// 0 stands for no limit: nobody waits for a century.
milliseconds limit_of(std::chrono::nanoseconds time) {
  constexpr std::chrono::hours kCentury{24 * 365 * 100};
  return time.count() == 0 ? kCentury : duration_cast<milliseconds>(time);
}

// Descriptors that connections never get: files of the log and the table, peers. As many as etcd
// keeps back.
constexpr std::size_t kDescriptorsKept = 150;

net::Limits connection_limits(const config::ClientLimits& limits) {
  net::Limits out;
  out.connections_max = config::file_descriptors_max() - kDescriptorsKept;
  out.handshake_timeout = limit_of(limits.handshake_timeout);
  out.header_timeout = limit_of(limits.header_timeout);
  out.body_timeout = limit_of(limits.body_timeout);
  out.answer_timeout = limit_of(limits.answer_timeout);
  out.streams_max = limits.max_concurrent_streams;
  out.ping_interval_min = duration_cast<milliseconds>(limits.keepalive_min_time);
  out.keepalive_interval = limit_of(limits.keepalive_interval);
  out.keepalive_timeout = limit_of(limits.keepalive_timeout);
  return out;
}

// "3.5.30" -> "3.5.0": clusters agree on minor versions only.
std::string cluster_version_of(std::string_view version) {
  return std::string{version.substr(0, version.rfind('.'))} + ".0";
}

replica::Config replica_config(const config::Config& config, const wal::Identity& identity) {
  replica::Config out;
  out.id = identity.member;
  out.cluster = identity.cluster;
  out.name = config.member.name;
  out.client_urls = url_texts(config.cluster.advertise_client_urls);
  out.api_version = cluster_version_of(kApiVersion);
  out.raft.id = identity.member;
  out.raft.election_ticks = static_cast<std::uint32_t>(config.raft.election_ticks());
  out.raft.pre_vote = config.raft.pre_vote;
  out.strict_reconfig_check = config.cluster.strict_reconfig_check;
  out.learners_max =
      static_cast<std::size_t>(std::max<std::int64_t>(0, config.cluster.max_learners));
  const auto ticks_of = [&](std::chrono::nanoseconds time) {
    return static_cast<std::uint32_t>(time / config.raft.heartbeat_interval);
  };
  out.request_timeout_ticks = ticks_of(std::chrono::seconds{5} + 2 * config.raft.election_timeout);
  out.read_retry_ticks = std::max(1u, ticks_of(milliseconds{500}));
  out.request_bytes_max = config.limits.max_request_bytes;
  out.cache_bytes_max = config.storage.value_cache_bytes;
  out.quota_bytes = config.storage.quota_backend_bytes;
  out.election_timeout = duration_cast<milliseconds>(config.raft.election_timeout);
  out.lease_ttl_min = lease::shortest_ttl(
      out.election_timeout, duration_cast<milliseconds>(config.raft.heartbeat_interval));
  out.watch_progress_interval = config.http.watch_progress_notify_interval;
  out.catchup_entries = config.raft.snapshot_catchup_entries;
  return out;
}

net::TlsVersion to_net(config::TlsVersion version) {
  switch (version) {
    case config::TlsVersion::any:
      return net::TlsVersion::any;
    case config::TlsVersion::tls12:
      return net::TlsVersion::tls12;
    case config::TlsVersion::tls13:
      return net::TlsVersion::tls13;
  }
  return net::TlsVersion::any;
}

net::TlsServerSettings tls_settings(const config::TlsConfig& tls, const config::TlsPolicy& policy) {
  net::TlsServerSettings out;
  out.cert_file = tls.cert_file;
  out.key_file = tls.key_file;
  out.trusted_ca_file = tls.trusted_ca_file;
  out.client_cert_auth = tls.client_cert_auth;
  out.client_rules = {tls.crl_file, tls.allowed_cns, tls.allowed_hostnames};
  out.oldest = to_net(policy.min_version);
  out.newest = to_net(policy.max_version);
  out.cipher_suites = policy.cipher_suites;
  return out;
}

net::Address address_of(const Url& url) {
  net::Address address;
  address.is_unix = url.is_unix();
  address.host = url.is_unix() ? url.socket_path() : std::string{url.host_name()};
  address.port = url.port();
  return address;
}

}  // namespace

// Members in the order in which they depend on each other.
struct Server::Parts {
  Parts(const config::Config& c, const Clock& clock_in, Log log_in)
      : config{c},
        clock{clock_in},
        log{std::move(log_in)},
        metrics{c.metrics.is_extensive() ? metrics::Detail::extensive : metrics::Detail::basic},
        limits{connection_limits(c.limits)},
        port{loop, timers, limits, log},
        peer_port{loop, timers, limits, log},
        tokens{make_tokens(c.auth, clock, secrets, log)} {
    listen(peer_port, config.listen.peer_urls,
           make_tls(config.peer_tls, config.listen.peer_urls, "peer"));
    listen(port, config.listen.client_urls,
           make_tls(config.client_tls, config.listen.client_urls, "client"));
    data = open_data_dir(config, loop, clock, log);
    wal_port.emplace(*data.wal, metrics.disk);
    replica.emplace(replica_config(config, data.identity),
                    replica::Ports{*wal_port, *data.table, peers, tasks, *tokens,
                                   make_password_hash(config.auth, secrets)},
                    std::move(data.restored), Rng{random_seed()}, clock, log);
    auto_compactor.emplace(config.compaction, *replica, clock, log);
    restore_table();
    const auth::PasswordChecker::Options password_options{
        .bcrypt_cost = static_cast<unsigned>(config.auth.bcrypt_cost)};
    passwords.emplace(password_options, secrets, password_worker, loop);
    services.emplace(
        api::Services{*replica, *data.table, *passwords, {}, std::string{kApiVersion}});
    services->has_certificate_users = config.client_tls.client_cert_auth;
    services->log = log;
    services->limits.txn_ops_max = static_cast<int>(config.limits.max_txn_ops);
    services->limits.memory_bytes_max = config.limits.client_memory_bytes;
    application.emplace(
        api::GrpcContext{*services, methods, metrics,
                         config.limits.max_request_bytes + kGrpcOverheadBytes, limits.body_timeout},
        api::HttpPolicy{config.http.cors, config.http.host_whitelist,
                        config.http.enable_grpc_gateway},
        page_sources());
    peer_pages.emplace(*services, clock);
    set_constant_metrics();
    loop.at_turn_end([this] { replica->flush(); });
    port.flush_at_turn_end();
    peer_port.flush_at_turn_end();
  }
  // Requests under way refer to everything, reads to the replica, wherever they wait: with a
  // client, with the file, with the passwords, in the loop. They end first; and so does the file's
  // writer, who looks at rows that the replica holds.
  ~Parts() {
    port.close();
    peer_port.close();
    passwords.reset();
    password_worker.stop();
    data.table.reset();
    loop.discard();
  }

  api::PageSources page_sources() {
    api::PageSources sources{.scrape = {}, .health = metrics.server, .variables = {}};
    sources.scrape = [this](std::function<void(std::string)> done) {
      sample(*replica, metrics);
      metrics.disk.defrag_inflight.set(data.table->is_defragmenting() ? 1 : 0);
      // Rendering takes a millisecond: not on this thread.
      helper.post([this, done = std::move(done)]() mutable {
        loop.post([text = metrics.registry.scrape(), done = std::move(done)]() mutable {
          done(std::move(text));
        });
      });
    };
    sources.variables = [this] { return debug_variables(*replica); };
    return sources;
  }

  void set_constant_metrics() {
    auto& server = metrics.server;
    server.version.with({std::string{kApiVersion}}).set(1);
    server.go_version.with({std::string{kGoVersion}}).set(1);
    server.id.with({to_hex(data.identity.member)}).set(1);
    server.quota_backend_bytes.set(static_cast<double>(config.storage.quota_backend_bytes));
    data.table->on_snapshot([this](std::chrono::nanoseconds took) {
      metrics.disk.backend_snapshot_duration.observe(took);
    });
    data.table->on_defragmented([this](std::chrono::nanoseconds took) {
      metrics.disk.backend_defrag_duration.observe(took);
    });
    data.table->on_commit([this](const replica::TableWritten& written) {
      metrics.disk.backend_commit_duration.observe(written.commit_time);
    });
  }

  // What the URLs ask for; `purpose` names the folder of a certificate of our own (--auto-tls).
  std::shared_ptr<boost::asio::ssl::context> make_tls(const config::TlsConfig& tls,
                                                      const std::vector<Url>& urls,
                                                      const char* purpose) const {
    if (!tls.has_certificate() && !tls.auto_tls) return nullptr;
    auto settings = tls_settings(tls, config.tls_policy);
    if (!tls.has_certificate()) {
      std::vector<std::string> hosts;
      for (const Url& url : urls) {
        if (url.is_tls() && !url.is_unix()) hosts.emplace_back(url.host_name());
      }
      const auto files = net::self_signed_certificate(
          std::filesystem::path{config.member.data_dir} / "fixtures" / purpose, hosts,
          config.tls_policy.self_signed_cert_validity_years);
      settings.cert_file = files.cert;
      settings.key_file = files.key;
    }
    return net::make_server_tls(settings);
  }

  static void listen(net::Port& port, const std::vector<Url>& urls,
                     const std::shared_ptr<boost::asio::ssl::context>& tls) {
    // One address may be named with both schemes: then it takes both.
    std::map<std::string, net::Accepts> accepts;
    for (const Url& url : urls) {
      auto& entry = accepts.try_emplace(url.host() + url.socket_path(), net::Accepts{false, {}})
                        .first->second;
      if (url.is_tls()) {
        entry.tls = tls;
      } else {
        entry.plain = true;
      }
    }
    for (const Url& url : urls) {
      const auto found = accepts.find(url.host() + url.socket_path());
      if (found == accepts.end()) continue;
      port.bind(address_of(url), found->second);
      accepts.erase(found);
    }
  }

  void restore_table() {
    const Status access = replica->machine().restore_access(data.access);
    if (!access) {
      throw std::runtime_error{"the table of data directory " + config.member.data_dir +
                               " cannot be used: " + access.error().message};
    }
    data.table->load_rows([this](const mvcc::Row& row) { replica->machine().restore(row); });
    replica->table().restored(data.compacted, data.compacted);
    replica->set_table_size(data.table->size());
    data.table->on_checkpoint(
        [this](const replica::TableWritten& written) { replica->table_advanced(written); });
    // What reading the log and the rows took goes back to the system.
    release_free_heap();
    log.info("kvstore restored", {{"current-rev", replica->table().revision().value()}});
  }

  void start() {
    const auto heartbeat = config.raft.heartbeat_interval;
    if (!data.bootstrap.entries.empty()) {
      data.wal->append(std::move(data.bootstrap),
                       [this](const wal::WriteStats&) { start_replica(); });
    } else {
      loop.post([this] { start_replica(); });
    }
    loop.every(net::TimerWheel::kTick, [this](std::uint64_t ticks) { timers.advance(ticks); });
    loop.every(heartbeat, [this](std::uint64_t) {
      replica->tick();
      auto_compactor->tick();
    });
    loop.every(std::chrono::seconds{1}, [this](std::uint64_t) { data.table->tick(); });
    loop.on_signals({SIGTERM, SIGINT}, [this](int signal) { stop(signal); });
    peer_port.open(*peer_pages);
    for (const Url& url : config.listen.peer_urls) {
      log.info("serving peer traffic", {{"address", url.host()}});
    }
  }

  void start_replica() {
    if (data.compacting.value() >= 0) replica->resume_compaction(data.compacting);
    replica->start([this] {
      port.open(*application);
      log.info("ready to serve client requests");
      notify_ready();
      helper.post(release_start_pages);
      for (const Url& url : config.listen.client_urls) {
        log.info(url.is_tls() ? "serving client traffic securely"
                              : "serving client traffic insecurely; this is strongly discouraged!",
                 {{"traffic", "grpc+http"}, {"address", url.host()}});
      }
    });
  }

  // Answers who waits, lets connections end, and gives them a moment for it.
  void stop(int signal) {
    if (std::exchange(stop_signal, signal) != 0) return loop.stop();  // asked twice: at once
    log.info("received signal; shutting down",
             {{"signal", signal == SIGTERM ? "terminated" : "interrupt"}});
    replica->stop();
    services->lasting.end_all({Code::unavailable, "etcdserver: server stopped"});
    port.drain();
    peer_port.drain();
    loop.at_turn_end([this] {
      if (port.connections() + peer_port.connections() == 0) loop.stop();
    });
    loop.every(std::chrono::milliseconds{500}, [this](std::uint64_t) { loop.stop(); });
  }

  static constexpr std::size_t kGrpcOverheadBytes = 512 * 1024;

  const config::Config& config;
  const Clock& clock;
  Log log;
  net::Loop loop;
  net::TimerWheel timers;
  metrics::Metrics metrics;
  net::Limits limits;
  api::MethodTable methods{metrics.grpc};
  net::Port port;
  net::Port peer_port;
  auth::SystemSecrets secrets;
  std::unique_ptr<auth::TokenProvider> tokens;
  NoPeers peers;
  LoopTasks tasks{loop};
  DataDir data;
  std::optional<WalPort> wal_port;
  std::optional<replica::Replica> replica;
  std::optional<AutoCompactor> auto_compactor;
  WorkerThread password_worker{"passwords"};
  std::optional<auth::PasswordChecker> passwords;
  std::optional<api::Services> services;
  std::optional<api::Application> application;
  std::optional<api::PeerPages> peer_pages;
  int stop_signal = 0;
  WorkerThread helper{"helper"};  // what takes long and belongs to nobody; ends first
};

Server::Server(const config::Config& config, const Clock& clock, Log log)
    : parts_{std::make_unique<Parts>(config, clock, std::move(log))} {}

Server::~Server() = default;

int Server::run() {
  parts_->start();
  parts_->loop.run();
  return parts_->stop_signal;
}

}  // namespace quorate
