#include "common/url.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "common/comma_list.h"
#include "common/go_text.h"

namespace quorate {
namespace {

Error bad(std::string message) {
  return Error{Code::invalid_argument, std::move(message)};
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
unsigned hex_value(char c) {
  return is_digit(c) ? static_cast<unsigned>(c - '0')
                     : static_cast<unsigned>((c | 0x20) - 'a') + 10;
}

// Characters that stand for themselves, beside letters and digits (RFC 3986 section 2, with the
// quotes and angle brackets in host names that browsers allow).
constexpr std::string_view kPlainInHost = "-_.~!$&'()*+,;=:[]<>\"";
constexpr std::string_view kPlainInPath = "-_.~$&+,/:;=@";
// Allowed in a path as written, although they would be escaped when written anew.
constexpr std::string_view kToleratedInPath = "!'()*[]";

bool is_plain(char c, std::string_view others) {
  return is_letter(c) || is_digit(c) || others.find(c) != std::string_view::npos;
}

std::string escape(std::string_view text, std::string_view plain) {
  std::string out;
  for (const char c : text) {
    out +=
        is_plain(c, plain) ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

enum class Part { host, path };

Result<std::string> unescape(std::string_view text, Part part) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      const bool is_whole = i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
      // A host name may hide only what is not ASCII, and the % before an IPv6 zone (RFC 6874).
      const bool is_allowed = is_whole && (part == Part::path || hex_value(text[i + 1]) >= 8 ||
                                           text.substr(i, 3) == "%25");
      if (!is_allowed) return bad("invalid URL escape " + go_quoted(text.substr(i, 3)));
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else if (part == Part::host && static_cast<unsigned char>(c) < 0x80 &&
               !is_plain(c, kPlainInHost)) {
      return bad(
          fmt::format("invalid character {} in host name", go_quoted(std::string_view{&c, 1})));
    } else {
      out += c;
    }
  }
  return out;
}

// What a URL is cut into; views into the text being parsed.
struct Pieces {
  std::string scheme;
  bool has_authority = false;
  std::string_view user;  // with its @
  std::string_view host;
  std::string_view path;
  std::string_view opaque;  // what follows the colon when that is no slash
  std::string_view query;   // with its ?
  std::string_view fragment;
};

// The scheme off the front of `rest`; empty if there is none.
Result<std::string> take_scheme(std::string_view& rest) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (is_letter(c)) continue;
    if (c == ':') {
      if (i == 0) return bad("missing protocol scheme");
      std::string scheme{rest.substr(0, i)};
      for (char& letter : scheme)
        letter = static_cast<char>(is_letter(letter) ? letter | 0x20 : letter);
      rest.remove_prefix(i + 1);
      return scheme;
    }
    if (i == 0 || !is_plain(c, "+-.")) break;
  }
  return std::string{};
}

Status check_port(std::string_view colon_port) {
  const bool is_right =
      colon_port.empty() ||
      (colon_port[0] == ':' && std::all_of(colon_port.begin() + 1, colon_port.end(), is_digit));
  if (!is_right) return bad(fmt::format("invalid port {} after host", go_quoted(colon_port)));
  return {};
}

Status check_host_form(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.rfind(']');
    if (end == std::string_view::npos) return bad("missing ']' in host");
    return check_port(host.substr(end + 1));
  }
  const auto colon = host.rfind(':');
  return colon == std::string_view::npos ? Status{} : check_port(host.substr(colon));
}

void cut_authority(std::string_view authority, Pieces& pieces) {
  pieces.has_authority = true;
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) {
    pieces.user = authority.substr(0, at + 1);
    authority.remove_prefix(at + 1);
  }
  pieces.host = authority;
}

Status cut_behind_scheme(std::string_view rest, Pieces& pieces) {
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    pieces.query = rest.substr(mark);
    rest = rest.substr(0, mark);
  }
  if (!rest.starts_with('/')) {
    if (!pieces.scheme.empty()) {
      pieces.opaque = rest;
    } else if (rest.substr(0, rest.find('/')).find(':') != std::string_view::npos) {
      return bad("first path segment in URL cannot contain colon");
    }
    return {};
  }
  if (rest.starts_with("//") && (!pieces.scheme.empty() || !rest.starts_with("///"))) {
    rest.remove_prefix(2);
    const auto slash = std::min(rest.find('/'), rest.size());
    cut_authority(rest.substr(0, slash), pieces);
    rest.remove_prefix(slash);
  }
  pieces.path = rest;
  return check_host_form(pieces.host);
}

Result<Pieces> cut(std::string_view text) {
  Pieces pieces;
  std::string_view rest = text;
  if (const auto mark = rest.find('#'); mark != std::string_view::npos) {
    if (mark + 1 < rest.size()) pieces.fragment = rest.substr(mark);
    rest = rest.substr(0, mark);
  }
  for (const char c : rest) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return bad("net/url: invalid control character in URL");
    }
  }
  auto scheme = take_scheme(rest);
  if (!scheme) return scheme.error();
  pieces.scheme = *scheme;
  if (const Status behind = cut_behind_scheme(rest, pieces); !behind) return behind.error();
  return pieces;
}

// A path keeps its spelling if that is a proper one.
std::string path_text(std::string_view written, std::string_view path) {
  for (const char c : written) {
    if (c != '%' && !is_plain(c, kPlainInPath) &&
        kToleratedInPath.find(c) == std::string_view::npos) {
      return escape(path, kPlainInPath);
    }
  }
  return std::string{written};
}

Status check_form(std::string_view scheme, std::string_view host, std::string_view path,
                  std::string_view text) {
  if (scheme == "unix" || scheme == "unixs") return {};
  if (scheme != "http" && scheme != "https") {
    return bad(fmt::format("URL scheme must be http, https, unix, or unixs: {}", text));
  }
  if (!split_host_port(host)) {
    return bad(fmt::format("URL address does not have the form \"host:port\": {}", text));
  }
  if (!path.empty()) return bad(fmt::format("URL must not contain a path: {}", text));
  return {};
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const auto wrong = [&](const Error& why) {
    return bad(fmt::format("parse {}: {}", go_quoted(text.substr(0, text.find('#'))), why.message));
  };
  const auto pieces = cut(text);
  if (!pieces) return wrong(pieces.error());
  const auto host = unescape(pieces->host, Part::host);
  if (!host) return wrong(host.error());
  const auto path = unescape(pieces->path, Part::path);
  if (!path) return wrong(path.error());
  if (const Status form = check_form(pieces->scheme, *host, *path, text); !form) {
    return form.error();
  }
  Url url;
  url.scheme_ = pieces->scheme;
  url.host_ = *host;
  url.path_ = *path;
  url.text_ = fmt::format("{}:{}{}{}{}{}{}{}", url.scheme_, pieces->has_authority ? "//" : "",
                          pieces->user, escape(*host, kPlainInHost), pieces->opaque,
                          path_text(pieces->path, *path), pieces->query, pieces->fragment);
  return url;
}

std::string_view Url::host_name() const {
  const auto parts = split_host_port(host_);
  return parts ? parts->host : std::string_view{host_};
}

std::string_view Url::port() const {
  const auto parts = split_host_port(host_);
  return parts ? parts->port : std::string_view{};
}

Result<std::vector<Url>> parse_urls(std::string_view comma_separated) {
  std::vector<Url> urls;
  for (const std::string& piece : split_commas(comma_separated)) {
    auto url = Url::parse(trimmed(piece));
    if (!url) return url.error();
    urls.push_back(std::move(*url));
  }
  std::sort(urls.begin(), urls.end());
  return urls;
}

Result<std::vector<Url>> parse_unique_urls(std::string_view comma_separated) {
  auto urls = parse_urls(comma_separated);
  if (urls) urls->erase(std::unique(urls->begin(), urls->end()), urls->end());
  return urls;
}

std::vector<std::string> url_texts(const std::vector<Url>& urls) {
  std::vector<std::string> texts;
  for (const Url& url : urls) texts.push_back(url.text());
  return texts;
}

Result<HostPort> split_host_port(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return bad(fmt::format("address {}: {}", text, why));
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong("missing port in address");
  std::string_view host = text.substr(0, colon);
  std::string_view behind = host;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return wrong("missing ']' in address");
    if (end + 1 == text.size()) return wrong("missing port in address");
    if (end + 1 != colon) {
      return wrong(text[end + 1] == ':' ? "too many colons in address" : "missing port in address");
    }
    host = text.substr(1, end - 1);
    behind = {};
    if (host.find('[') != std::string_view::npos) return wrong("unexpected '[' in address");
  } else if (host.find(':') != std::string_view::npos) {
    return wrong("too many colons in address");
  }
  if (behind.find('[') != std::string_view::npos) return wrong("unexpected '[' in address");
  if (behind.find(']') != std::string_view::npos ||
      text.substr(colon).find(']') != std::string_view::npos) {
    return wrong("unexpected ']' in address");
  }
  return HostPort{host, text.substr(colon + 1)};
}

}  // namespace quorate
