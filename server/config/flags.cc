// The table itself: what etcd 3.4 to 3.7 have, and ours. In each group in the order of the help.
#include <iterator>

#include "server/config/flag.h"

namespace quorate::config {
namespace {

using Flags = std::vector<Flag>;

// The row with a place of its own in the configuration file.
Flag at(std::string file_key, Flag flag) {
  flag.file_key = std::move(file_key);
  return flag;
}

Flag not_in_file(Flag flag) {
  return at(std::string{kNotInFile}, std::move(flag));
}

// The row with the spelling it had in earlier releases.
Flag renamed(std::string old_name, Flag flag) {
  flag.old_name = std::move(old_name);
  return flag;
}

Flags member_flags(Config& c) {
  constexpr Group g = Group::member;
  return {
      {"name", &c.member.name, "Name of this member, unique in the cluster.", g},
      {"data-dir", &c.member.data_dir, "Directory of all data; empty means <name>.etcd.", g},
      {"wal-dir", &c.member.wal_dir, "Directory of the log, if it is to be on a disk of its own.",
       g},
      {"listen-peer-urls", &c.listen.peer_urls, "Where other members reach this one.", g},
      {"listen-client-urls", &c.listen.client_urls,
       "Where clients reach this member: gRPC, the JSON gateway and the other HTTP pages.", g},
      {"listen-client-http-urls", &c.listen.client_http_urls,
       "Where to serve HTTP alone; --listen-client-urls then serve gRPC alone.", g},
      {"listen-metrics-urls", &c.listen.metrics_urls,
       "Further addresses for /metrics and the health pages. https uses the client certificate.",
       g},
      {"heartbeat-interval", &c.raft.heartbeat_interval,
       "Milliseconds between a leader's heartbeats.", g},
      {"election-timeout", &c.raft.election_timeout,
       "Milliseconds without a leader before an election; at least 5 heartbeats.", g},
      {"initial-election-tick-advance", &c.raft.initial_election_tick_advance,
       "Shorten the first wait for an election after a start.", g},
      {"pre-vote", &c.raft.pre_vote,
       "Ask whether an election could be won before holding it; a member that was cut off then "
       "disturbs nobody.",
       g},
      not_in_file({"raft-read-timeout", &c.raft.read_timeout,
                   "Longest silence on a connection between members.", g}),
      not_in_file({"raft-write-timeout", &c.raft.write_timeout,
                   "Longest write on a connection between members.", g}),
      at("socket-options/reuse-port",
         {"socket-reuse-port", &c.listen.reuse_port, "Listen with SO_REUSEPORT.", g}),
      at("socket-options/reuse-address",
         {"socket-reuse-address", &c.listen.reuse_address, "Listen with SO_REUSEADDR.", g}),
      {"feature-gates", &c.features, "Features to switch, as Name=true,Name=false; see below.", g},
  };
}

Flags cluster_flags(Config& c) {
  constexpr Group g = Group::cluster;
  return {
      {"initial-advertise-peer-urls", &c.cluster.advertise_peer_urls,
       "This member's peer URLs as the others should know them.", g},
      {"advertise-client-urls", &c.cluster.advertise_client_urls,
       "This member's client URLs as clients should know them. Has to be given when "
       "--listen-client-urls is.",
       g},
      {"initial-cluster", &c.cluster.initial_cluster,
       "All first members as name=peer-url,..; a name with several URLs is repeated.", g},
      {"initial-cluster-state", Choice{&c.cluster.initial_cluster_state, {"new", "existing"}},
       "'new' to form a cluster, 'existing' to join one. Without meaning once there is data.", g},
      {"initial-cluster-token", &c.cluster.initial_cluster_token,
       "Keeps clusters apart that are made of the same addresses.", g},
      {"strict-reconfig-check", &c.cluster.strict_reconfig_check,
       "Refuse membership changes that would cost the quorum.", g},
      {"max-learners", &c.cluster.max_learners, "Learners the cluster may have at a time.", g},
  };
}

Flags discovery_flags(Config& c) {
  constexpr Group g = Group::discovery;
  DiscoveryConfig& d = c.discovery;
  const std::string in_file = "discovery-config/client/";
  return {
      {"discovery-srv", &d.srv, "DNS domain whose SRV records name the first members.", g},
      {"discovery-srv-name", &d.srv_name, "Suffix of the service name in those records.", g},
      at(in_file + "endpoints",
         {"discovery-endpoints", StringSet{&d.endpoints},
          "Addresses of a cluster that brings the first members together.", g}),
      at("discovery-config/token",
         {"discovery-token", &d.token, "What the members meet under there.", g}),
      at(in_file + "dial-timeout",
         {"discovery-dial-timeout", &d.dial_timeout, "Time to connect.", g}),
      at(in_file + "request-timeout",
         {"discovery-request-timeout", &d.request_timeout, "Time for a request.", g}),
      at(in_file + "keepalive-time",
         {"discovery-keepalive-time", &d.keepalive_time, "Time between pings.", g}),
      at(in_file + "keepalive-timeout",
         {"discovery-keepalive-timeout", &d.keepalive_timeout, "Time for a ping's answer.", g}),
      at(in_file + "secure/insecure-transport",
         {"discovery-insecure-transport", &d.insecure_transport, "Connect without TLS.", g}),
      at(in_file + "secure/insecure-skip-tls-verify",
         {"discovery-insecure-skip-tls-verify", &d.insecure_skip_tls_verify,
          "Accept any server certificate; for tests only.", g}),
      at(in_file + "secure/cert", {"discovery-cert", &d.cert_file, "Client certificate file.", g}),
      at(in_file + "secure/key", {"discovery-key", &d.key_file, "Its key file.", g}),
      at(in_file + "secure/cacert",
         {"discovery-cacert", &d.ca_file,
          "Authorities that may have signed the server's certificate.", g}),
      at(in_file + "auth/username", {"discovery-user", &d.user, "User, or user:password.", g}),
      at(in_file + "auth/password", {"discovery-password", &d.password, "The user's password.", g}),
      not_in_file({"discovery-fallback", Choice{&d.fallback, {"exit", "proxy"}},
                   "What to do when discovery fails; only 'exit' is possible.", g}),
      {"discovery", &d.url, "URL of a v2 discovery service.", g},
      {"discovery-proxy", &d.proxy, "HTTP proxy on the way to it.", g},
  };
}

Flags limit_flags(Config& c) {
  constexpr Group g = Group::limits;
  ClientLimits& l = c.limits;
  return {
      {"max-txn-ops", &l.max_txn_ops, "Operations in a transaction.", g},
      {"max-request-bytes", &l.max_request_bytes, "Bytes of a request.", g},
      {"max-concurrent-streams", &l.max_concurrent_streams, "Streams of a client connection.", g},
      {"grpc-keepalive-min-time", &l.keepalive_min_time,
       "Clients that ping more often are disconnected.", g},
      {"grpc-keepalive-interval", &l.keepalive_interval,
       "Silence after which a client is pinged; 0 means never.", g},
      {"grpc-keepalive-timeout", &l.keepalive_timeout,
       "Time for the ping's answer before the connection is closed.", g},
      {"client-handshake-timeout", &l.handshake_timeout, "Time for a TLS handshake; 0 = no limit.",
       g},
      {"client-header-timeout", &l.header_timeout,
       "Time for the head of an HTTP request; 0 = no limit.", g},
      {"client-body-timeout", &l.body_timeout,
       "Time from a request's head to its end; 0 = no limit.", g},
      {"client-answer-timeout", &l.answer_timeout,
       "Time in which a client must take some of its answer; 0 = no limit.", g},
      {"client-memory-bytes", &l.client_memory_bytes,
       "Bytes of answers under way to all clients; reads beyond are refused.", g},
      renamed("experimental-watch-progress-notify-interval",
              {"watch-progress-notify-interval", &c.http.watch_progress_notify_interval,
               "Time between progress messages on watches without events.", g}),
  };
}

Flags storage_flags(Config& c) {
  constexpr Group g = Group::storage;
  StorageConfig& s = c.storage;
  return {
      {"quota-backend-bytes", &s.quota_backend_bytes,
       "Bytes of data at which writes are refused; 0 means 2 GiB, negative no limit.", g},
      {"snapshot-count", &c.raft.snapshot_count,
       "Changes between two cuts of the log; 0 means 10000.", g},
      renamed("experimental-snapshot-catchup-entries",
              {"snapshot-catchup-entries", &c.raft.snapshot_catchup_entries,
               "Changes kept behind the cut for members that lag.", g}),
      {"max-wals", &s.max_wals, "Log files kept; 0 = all.", g},
      {"wal-segment-bytes", &s.wal_segment_bytes, "Bytes of a log file.", g},
      {"value-cache-bytes", &s.value_cache_bytes, "Bytes of recent values kept in memory.", g},
      {"reader-threads", &s.reader_threads,
       "Threads that read from disk; 0 = by the number of processors.", g},
      {"backend-batch-interval", &s.backend_batch_interval,
       "Longest wait before changes are written to the table; 0 means 100ms.", g},
      {"backend-batch-limit", &s.backend_batch_limit,
       "Changes that are written to the table at once; 0 means 10000.", g},
      renamed("experimental-memory-mlock",
              {"memory-mlock", &s.memory_mlock, "Keep the process's memory from being swapped out.",
               g}),
      {"auto-compaction-mode", &c.compaction.mode_name,
       "What --auto-compaction-retention counts: 'periodic' time, 'revision' revisions.", g},
      {"auto-compaction-retention", &c.compaction.retention,
       "History to keep, as 30m, 8 (hours) or 1000 (revisions); 0 keeps all.", g},
      renamed("experimental-compaction-batch-limit",
              {"compaction-batch-limit", &c.compaction.batch_limit,
               "Revisions a compaction removes at once; 0 means 1000.", g}),
      renamed("experimental-compaction-sleep-interval",
              {"compaction-sleep-interval", &c.compaction.sleep_interval,
               "Pause between two such removals; 0 means 10ms.", g}),
      renamed("experimental-corrupt-check-time",
              {"corrupt-check-time", &c.checks.corrupt_check_time,
               "Time between comparisons of all members' data; 0 means never.", g}),
      renamed("experimental-compact-hash-check-time",
              {"compact-hash-check-time", &c.checks.compact_hash_check_time,
               "Time between comparisons of the members' compaction hashes.", g}),
      renamed("experimental-downgrade-check-time",
              {"downgrade-check-time", &c.checks.downgrade_check_time,
               "Time between looks at the state of a downgrade.", g}),
      renamed("experimental-bootstrap-defrag-threshold-megabytes",
              {"bootstrap-defrag-threshold-megabytes", &s.bootstrap_defrag_threshold_megabytes,
               "Taken, without effect: files shrink by themselves.", g}),
      renamed("experimental-backend-bbolt-freelist-type",
              {"backend-bbolt-freelist-type", &s.backend_bbolt_freelist_type,
               "Taken, without effect: there is no such list here.", g}),
  };
}

// Both sides of the TLS settings; `flag` and `map` name the side.
Flags tls_flags(TlsConfig& tls, const std::string& flag, const std::string& map,
                const std::string& whom) {
  constexpr Group g = Group::security;
  return {
      at(map + "cert-file",
         {flag + "cert-file", &tls.cert_file, "Certificate shown to " + whom + ".", g}),
      at(map + "key-file", {flag + "key-file", &tls.key_file, "Its key.", g}),
      at(map + "client-cert-auth", {flag + "client-cert-auth", &tls.client_cert_auth,
                                    "Demand a certificate of " + whom + ".", g}),
      at(map + "trusted-ca-file",
         {flag + "trusted-ca-file", &tls.trusted_ca_file,
          "Authorities that may have signed it; naming them demands one, too.", g}),
      at(map + "auto-tls",
         {flag + "auto-tls", &tls.auto_tls, "Make a certificate if none is given.", g}),
      at(map + "client-cert-file", {flag + "client-cert-file", &tls.client_cert_file,
                                    "Certificate to show when connecting, if it is another.", g}),
      at(map + "client-key-file", {flag + "client-key-file", &tls.client_key_file, "Its key.", g}),
  };
}

Flags client_tls_flags(Config& c) {
  constexpr Group g = Group::security;
  const std::string map = "client-transport-security/";
  Flags flags = tls_flags(c.client_tls, "", map, "clients");
  const Flags more{
      not_in_file(
          {"client-crl-file", &c.client_tls.crl_file, "List of revoked client certificates.", g}),
      at(map + "allowed-hostname",
         {"client-cert-allowed-hostname", StringList{&c.client_tls.allowed_hostnames},
          "Host names, one of which a client certificate has to be for.", g}),
      at(map + "allowed-cn",
         {std::string{kOnlyInFile}, StringList{&c.client_tls.allowed_cns}, "", g}),
      at(map + "skip-client-san-verification",
         {std::string{kOnlyInFile}, &c.client_tls.skip_client_san_verification, "", g}),
  };
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

Flags peer_tls_flags(Config& c) {
  constexpr Group g = Group::security;
  const std::string map = "peer-transport-security/";
  Flags flags = tls_flags(c.peer_tls, "peer-", map, "other members");
  const Flags more{
      not_in_file(
          {"peer-crl-file", &c.peer_tls.crl_file, "List of revoked member certificates.", g}),
      at(map + "allowed-cn", {"peer-cert-allowed-cn", StringList{&c.peer_tls.allowed_cns},
                              "Common names, one of which a member's certificate has to have.", g}),
      at(map + "allowed-hostname",
         {"peer-cert-allowed-hostname", StringList{&c.peer_tls.allowed_hostnames},
          "Host names, one of which a member's certificate has to be for.", g}),
      at(map + "skip-client-san-verification",
         renamed("experimental-peer-skip-client-san-verification",
                 {"peer-skip-client-san-verification", &c.peer_tls.skip_client_san_verification,
                  "Do not compare a member's certificate with its address.", g})),
  };
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

Flags security_flags(Config& c) {
  constexpr Group g = Group::security;
  return {
      {"tls-min-version", &c.tls_policy.min_version_name, "Oldest TLS: TLS1.2 or TLS1.3.", g},
      {"tls-max-version", &c.tls_policy.max_version_name, "Newest TLS; empty = the newest known.",
       g},
      {"cipher-suites", StringList{&c.tls_policy.cipher_suites},
       "Ciphers for TLS 1.2 by their standard names; empty = all that are good.", g},
      {"self-signed-cert-validity", &c.tls_policy.self_signed_cert_validity_years,
       "Years a certificate made by --auto-tls or --peer-auto-tls is valid.", g},
      {"cors", Origins{&c.http.cors}, "Origins whose pages may ask this server; * = all.", g},
      {"host-whitelist", StringSet{&c.http.host_whitelist},
       "Host names plain HTTP requests may be for; * = all.", g},
  };
}

Flags auth_flags(Config& c) {
  constexpr Group g = Group::auth;
  return {
      {"auth-token", &c.auth.token, "Kind of tokens: 'simple', or 'jwt,' and its options.", g},
      {"bcrypt-cost", &c.auth.bcrypt_cost, "Cost of hashing a password, 4 to 31.", g},
      {"auth-token-ttl", &c.auth.token_ttl_seconds, "Seconds a simple token lives unused.", g},
  };
}

Flags monitoring_flags(Config& c) {
  constexpr Group g = Group::monitoring;
  return {
      {"metrics", &c.metrics.detail, "'basic', or 'extensive' to time every kind of request.", g},
      {"enable-pprof", &c.http.enable_pprof, "Serve /debug/pprof/ to clients.", g},
      {"enable-grpc-gateway", &c.http.enable_grpc_gateway, "Serve the JSON gateway.", g},
      {"enable-v2", &c.http.enable_v2, "Serve the v2 API.", g},
      renamed("experimental-warning-apply-duration",
              {"warning-apply-duration", &c.checks.warning_apply_duration,
               "Changes that take longer to carry out are logged.", g}),
      renamed("experimental-warning-unary-request-duration",
              {"warning-unary-request-duration", &c.checks.warning_unary_request_duration,
               "Requests that take longer to answer are logged.", g}),
  };
}

Flags logging_flags(Config& c) {
  constexpr Group g = Group::logging;
  return {
      {"log-level", &c.log.level_name, "debug, info, warn, error, panic or fatal.", g},
      {"log-outputs", StringSet{&c.log.outputs},
       "Where lines go: default (standard error), stderr, stdout, systemd/journal or files.", g},
      {"log-format", &c.log.format_name, "json or console.", g},
      {"logger", &c.log.logger, "zap, the form of lines.", g},
      {"enable-log-rotation", &c.log.enable_rotation, "Start a new log file when one is full.", g},
      {"log-rotation-config-json", &c.log.rotation_json, "When, and how many old ones to keep.", g},
  };
}

Flags tracing_flags(Config& c) {
  constexpr Group g = Group::tracing;
  TracingConfig& t = c.tracing;
  const std::string old = "experimental-";
  return {
      renamed(old + "enable-distributed-tracing",
              {"enable-distributed-tracing", &t.enable, "Report traces by OpenTelemetry.", g}),
      renamed(old + "distributed-tracing-address",
              {"distributed-tracing-address", &t.address, "Address of the collector.", g}),
      renamed(
          old + "distributed-tracing-service-name",
          {"distributed-tracing-service-name", &t.service_name, "The same for all members.", g}),
      renamed(old + "distributed-tracing-instance-id",
              {"distributed-tracing-instance-id", &t.instance_id, "Unique for each member.", g}),
      renamed(
          old + "distributed-tracing-sampling-rate",
          {"distributed-tracing-sampling-rate", &t.samples_per_million, "Of a million spans.", g}),
  };
}

Flags unsafe_flags(Config& c) {
  constexpr Group g = Group::unsafe;
  return {
      {"force-new-cluster", &c.cluster.force_new_cluster,
       "Drop all other members and go on alone with the data here.", g},
      {"unsafe-no-fsync", &c.storage.unsafe_no_fsync,
       "Do not wait for the disk. A power cut then loses and damages data.", g},
  };
}

// Features that had flags of their own up to etcd 3.6.
Flags gate_flags(Config& c) {
  struct Row {
    const char* name;
    Feature feature;
  };
  static constexpr Row kRows[] = {
      {"experimental-initial-corrupt-check", Feature::initial_corrupt_check},
      {"experimental-compact-hash-check-enabled", Feature::compact_hash_check},
      {"experimental-enable-lease-checkpoint", Feature::lease_checkpoint},
      {"experimental-enable-lease-checkpoint-persist", Feature::lease_checkpoint_persist},
      {"experimental-stop-grpc-service-on-defrag", Feature::stop_grpc_service_on_defrag},
      {"experimental-txn-mode-write-with-shared-buffer",
       Feature::txn_mode_write_with_shared_buffer},
  };
  Flags flags;
  for (const Row& row : kRows) {
    flags.push_back({row.name, Gate{&c.features, row.feature}, "", Group::old});
  }
  return flags;
}

// Flags of old releases that mean nothing any more, and never did in some cases.
Flags old_flags(Config& c) {
  constexpr Group g = Group::old;
  using Form = Nowhere::Form;
  Flags flags{
      {"max-snapshots", &c.storage.max_snapshots, "", g},
      {"v2-deprecation",
       Choices{{"write-only", "write-only-skip-check", "write-only-drop-data", "gone"}}, "", g},
      {"proxy", Choices{{"off"}}, "", g},
      {"debug", &c.log.debug, "", g},
  };
  for (const char* name : {"experimental-enable-v2v3", "log-package-levels", "log-output",
                           "proxy-failure-wait", "proxy-refresh-interval", "proxy-dial-timeout",
                           "proxy-write-timeout", "proxy-read-timeout"}) {
    flags.push_back({name, Nowhere{Form::text}, "", g});
  }
  for (const char* name : {"cluster-active-size", "cluster-remove-delay", "cluster-sync-interval",
                           "config", "force", "max-result-buffer", "max-retry-attempts",
                           "peer-heartbeat-interval", "peer-election-timeout", "retry-interval",
                           "snapshot", "v", "vv", "test.coverprofile", "test.outputdir"}) {
    flags.push_back({name, Nowhere{Form::boolean}, "", g});
  }
  return flags;
}

}  // namespace

std::vector<Flag> flag_table(Config& config) {
  Flags all;
  for (const auto part :
       {member_flags, cluster_flags, discovery_flags, limit_flags, storage_flags, client_tls_flags,
        peer_tls_flags, security_flags, auth_flags, monitoring_flags, logging_flags, tracing_flags,
        unsafe_flags, gate_flags, old_flags}) {
    Flags flags = part(config);
    std::move(flags.begin(), flags.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace quorate::config
