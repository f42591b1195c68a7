// Addresses to listen on and to advertise: http, https, unix and unixs, checked as etcd checks
// them, with the texts of Go's net/url.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace quorate {

// Immutable. Compares by text, which is also what member ids are made of.
class Url {
 public:
  // http and https: "host:port" without a path (the port may be empty). unix and unixs: anything.
  static Result<Url> parse(std::string_view text);

  [[nodiscard]] const std::string& scheme() const { return scheme_; }  // lower case
  [[nodiscard]] const std::string& host() const { return host_; }      // "127.0.0.1:2379"
  [[nodiscard]] const std::string& text() const { return text_; }      // as etcd prints it

  [[nodiscard]] std::string_view host_name() const;  // without the port; "::1" for "[::1]:1"
  [[nodiscard]] std::string_view port() const;       // digits, or empty
  [[nodiscard]] bool is_unix() const { return scheme_ == "unix" || scheme_ == "unixs"; }
  [[nodiscard]] bool is_tls() const { return scheme_ == "https" || scheme_ == "unixs"; }
  // Where a unix URL's socket lies: unix://etcd.unix:1 is the file "etcd.unix:1" in the working
  // directory, unix:///run/e is /run/e.
  [[nodiscard]] std::string socket_path() const { return host_ + path_; }

  friend bool operator==(const Url& a, const Url& b) { return a.text_ == b.text_; }
  friend auto operator<=>(const Url& a, const Url& b) { return a.text_ <=> b.text_; }

 private:
  std::string scheme_;
  std::string host_;  // without percent escapes
  std::string path_;  // without percent escapes
  std::string text_;
};

// "http://a:1,https://b:2": comma-separated, blanks around each dropped, sorted. The first bad one
// is the error; an empty text has one, empty, URL.
Result<std::vector<Url>> parse_urls(std::string_view comma_separated);
// The same with duplicates dropped.
Result<std::vector<Url>> parse_unique_urls(std::string_view comma_separated);

[[nodiscard]] std::vector<std::string> url_texts(const std::vector<Url>& urls);

// "host:port" taken apart as Go's net.SplitHostPort does: brackets around IPv6 are dropped.
struct HostPort {
  std::string_view host;
  std::string_view port;
};
Result<HostPort> split_host_port(std::string_view text);

}  // namespace quorate
