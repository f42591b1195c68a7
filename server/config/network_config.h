// Where the server listens, what it serves there and how much a client may ask.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "common/url.h"

namespace quorate::config {

// Hosts are addresses or "localhost"; each list sorted and without duplicates.
struct ListenConfig {
  std::vector<Url> peer_urls;         // --listen-peer-urls
  std::vector<Url> client_urls;       // --listen-client-urls
  std::vector<Url> client_http_urls;  // when set, these serve HTTP and client_urls gRPC alone
  std::vector<Url> metrics_urls;
  bool reuse_port = false;     // --socket-reuse-port
  bool reuse_address = false;  // --socket-reuse-address
};

struct ClientLimits {
  std::uint64_t max_txn_ops = 128;
  std::uint64_t max_request_bytes = 1'572'864;  // of one encoded request in the log
  std::uint32_t max_concurrent_streams = std::numeric_limits<std::uint32_t>::max();  // a connection

  // Of answers under way to all clients together; reads that would exceed it are refused.
  std::uint64_t client_memory_bytes = std::uint64_t{2} << 30;

  // Slow or silent clients: time for the TLS handshake or the HTTP/2 preface, for the head of an
  // HTTP request, for the rest of a request, and for taking some of an answer. 0 = no limit.
  std::chrono::nanoseconds handshake_timeout{std::chrono::seconds{10}};  // --client-handshake-..
  std::chrono::nanoseconds header_timeout{std::chrono::seconds{10}};     // --client-header-..
  std::chrono::nanoseconds body_timeout{std::chrono::seconds{30}};       // --client-body-timeout
  std::chrono::nanoseconds answer_timeout{std::chrono::seconds{60}};     // --client-answer-timeout

  // Clients that ping more often than this are disconnected (too_many_pings).
  std::chrono::nanoseconds keepalive_min_time{std::chrono::seconds{5}};  // --grpc-keepalive-..
  // Our pings to clients, and how long an answer may take. 0 = off.
  std::chrono::nanoseconds keepalive_interval{std::chrono::hours{2}};
  std::chrono::nanoseconds keepalive_timeout{std::chrono::seconds{20}};
};

struct HttpConfig {
  std::vector<std::string> cors{"*"};            // origins; "*" = every one
  std::vector<std::string> host_whitelist{"*"};  // "*" or empty = every host
  bool enable_grpc_gateway = true;
  bool enable_v2 = false;
  bool enable_pprof = false;

  // Watch streams without events get a progress message this often.
  std::chrono::nanoseconds watch_progress_notify_interval{std::chrono::minutes{10}};
};

}  // namespace quorate::config
