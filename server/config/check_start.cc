#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "common/go_text.h"
#include "server/config/check.h"
#include "server/config/cipher_suites.h"
#include "server/config/config_error.h"

namespace quorate::config {
namespace {

[[noreturn]] void refuse(const std::string& reason) {
  throw ConfigError{kExitRefused, reason};
}

bool can_serve_tls(const TlsConfig& tls) {
  return tls.has_certificate() || tls.auto_tls;
}

void check_pair(const TlsConfig& tls) {
  if (tls.has_certificate() && (tls.cert_file.empty() || tls.key_file.empty())) {
    refuse(fmt::format("KeyFile and CertFile must both be present[key: {}, cert: {}]", tls.key_file,
                       tls.cert_file));
  }
  if (tls.client_cert_file.empty() != tls.client_key_file.empty()) {
    refuse(
        fmt::format("ClientKeyFile and ClientCertFile must both be present or both absent: "
                    "key: {}, cert: {}]",
                    tls.client_key_file, tls.client_cert_file));
  }
  if (!tls.allowed_cns.empty() && !tls.allowed_hostnames.empty()) {
    refuse(
        fmt::format("AllowedCNs and AllowedHostnames are mutually exclusive (cns={}, hostnames={})",
                    go_quoted_list(tls.allowed_cns), go_quoted_list(tls.allowed_hostnames)));
  }
}

// A plain address beside certificates is allowed, and often a mistake.
void warn_of_plain(const Url& url, const TlsConfig& tls, std::string_view scheme,
                   std::string_view side, std::string_view flag, const Log& log) {
  if (can_serve_tls(tls)) {
    log.warn(fmt::format("scheme is {} while key and cert files are present; ignoring key and cert "
                         "files",
                         scheme),
             {{side, url.text()}});
  }
  if (tls.client_cert_auth) {
    log.warn(fmt::format("scheme is {} while {} is enabled; ignoring client cert auth for this URL",
                         scheme, flag),
             {{side, url.text()}});
  }
}

void check_peer_listeners(const Config& c, const Log& log) {
  if (c.peer_tls.has_certificate()) check_pair(c.peer_tls);
  if (c.peer_tls.auto_tls && c.peer_tls.has_certificate()) {
    log.warn("ignoring peer auto TLS since certs given");
  }
  for (const Url& url : c.listen.peer_urls) {
    if (!url.is_tls()) {
      warn_of_plain(url, c.peer_tls, "HTTP", "peer-url", "--peer-client-cert-auth", log);
    } else if (!can_serve_tls(c.peer_tls)) {
      refuse(fmt::format("cannot listen on TLS for {}: KeyFile and CertFile are not presented",
                         url.is_unix() ? url.socket_path() : url.host()));
    }
  }
}

void check_client_listeners(const Config& c, const Log& log) {
  if (c.client_tls.has_certificate()) check_pair(c.client_tls);
  if (c.client_tls.auto_tls && c.client_tls.has_certificate()) {
    log.warn("ignoring client auto TLS since certs given");
  }
  std::vector<Url> all = c.listen.client_urls;
  all.insert(all.end(), c.listen.client_http_urls.begin(), c.listen.client_http_urls.end());
  for (const Url& url : all) {
    if (!url.is_tls()) {
      warn_of_plain(url, c.client_tls, "http or unix", "client-url", "--client-cert-auth", log);
    } else if (!can_serve_tls(c.client_tls)) {
      refuse(
          fmt::format("TLS key/cert (--cert-file, --key-file) must be provided for client url "
                      "{} with HTTPS scheme",
                      url.text()));
    }
  }
  const auto& grpc = c.listen.client_urls;
  for (const Url& url : c.listen.client_http_urls) {
    const bool is_taken = std::any_of(grpc.begin(), grpc.end(), [&](const Url& other) {
      return other.socket_path() == url.socket_path();
    });
    if (is_taken) {
      refuse(
          fmt::format("cannot bind both --listen-client-urls and --listen-client-http-urls on "
                      "the same url {}",
                      url.text()));
    }
  }
}

void check_metrics_listeners(const Config& c) {
  for (const Url& url : c.listen.metrics_urls) {
    if (!url.is_tls() || can_serve_tls(c.client_tls)) continue;
    refuse("client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url");
  }
}

void warn_of_large_requests(const ClientLimits& limits, const Log& log) {
  constexpr std::uint64_t kRecommendedMax = std::uint64_t{10} << 20;
  if (limits.max_request_bytes <= kRecommendedMax) return;
  log.warn("exceeded recommended request limit", {{"max-request-bytes", limits.max_request_bytes},
                                                  {"recommended-request-bytes", kRecommendedMax}});
}

void check_cipher_suites(const TlsPolicy& policy) {
  for (const std::string& name : policy.cipher_suites) {
    if (!is_cipher_suite(name)) refuse("unexpected TLS cipher suite " + go_quoted(name));
  }
}

// "8", of hours or revisions: strconv.Atoi. Nothing if it is something else.
std::optional<std::int64_t> bare_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool is_number = error == std::errc{} && stop == end && number >= 0;
  return is_number ? std::optional{number} : std::nullopt;
}

std::chrono::nanoseconds retention_duration(const std::string& text) {
  const auto duration = parse_go_duration(text);
  if (!duration) refuse("error parsing CompactionRetention: " + duration.error().message);
  if (duration->count() < 0) {
    refuse(fmt::format("--auto-compaction-retention must not be negative (set to {})", text));
  }
  return *duration;
}

void read_retention(CompactionConfig& compaction, const Log& log) {
  const std::string text = compaction.retention.empty() ? "0" : compaction.retention;
  const auto number = bare_number(text);
  if (compaction.mode_name == "periodic") {
    compaction.period = retention_duration(number ? fmt::format("{}h", *number) : text);
    if (compaction.period.count() > 0) compaction.mode = CompactionMode::periodic;
    return;
  }
  if (number) {
    compaction.revisions = *number;
  } else {  // etcd takes a duration's nanoseconds for revisions
    compaction.revisions = retention_duration(text).count();
    log.warn(
        "--auto-compaction-retention is a duration, but --auto-compaction-mode counts "
        "revisions",
        {{"auto-compaction-retention", text}, {"revisions", compaction.revisions}});
  }
  if (compaction.revisions > 0) compaction.mode = CompactionMode::revision;
}

}  // namespace

void check_start(Config& c, const Log& log) {
  check_cipher_suites(c.tls_policy);
  check_peer_listeners(c, log);
  check_client_listeners(c, log);
  check_metrics_listeners(c);
  read_retention(c.compaction, log);
  warn_of_large_requests(c.limits, log);
}

}  // namespace quorate::config
