#include "server/api/redirect.h"

#include <string>
#include <utility>

#include "server/api/clean_path.h"
#include "server/api/text_page.h"

namespace quorate::api {
namespace {

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

// What the path says is the client's: it must not become lines of the head or marks of the page.
net::ResponderPtr open_redirect(net::ExchangePtr exchange, const net::RequestHead& head,
                                std::string_view path) {
  std::string location = escape_path(path);
  if (!head.query.empty()) location.append("?").append(head.query);
  std::string body;
  net::HeaderLines lines;
  if (head.method == "GET") {
    body = "<a href=\"" + escape_html(location) + "\">Moved Permanently</a>.\n\n";
  }
  if (head.method == "GET" || head.method == "HEAD") {
    lines.push_back({"content-type", "text/html; charset=utf-8"});
  }
  return open_page(std::move(exchange), 301, std::move(lines), std::move(body),
                   {"location", std::move(location)});
}

}  // namespace quorate::api
