#include "server/api/text_page.h"

#include <utility>

namespace quorate::api {
namespace {

class PageResponder final : public net::Responder {
 public:
  PageResponder(net::ExchangePtr exchange, int status, net::HeaderLines lines, std::string body)
      : exchange_{std::move(exchange)},
        status_{status},
        lines_{std::move(lines)},
        body_{std::move(body)} {}

  void on_body(std::string_view /*bytes*/) override {}
  void on_end() override { exchange_->respond(status_, lines_, std::move(body_)); }
  void on_cancelled() override {}
  [[nodiscard]] bool needs_whole_body() const override { return true; }

 private:
  net::ExchangePtr exchange_;
  int status_;
  net::HeaderLines lines_;
  std::string body_;
};

class RedirectResponder final : public net::Responder {
 public:
  RedirectResponder(net::ExchangePtr exchange, std::string location, std::string body)
      : exchange_{std::move(exchange)}, location_{std::move(location)}, body_{std::move(body)} {}

  void on_body(std::string_view /*bytes*/) override {}
  void on_end() override {
    net::HeaderLines lines{{"location", location_}};
    if (!body_.empty()) lines.push_back({"content-type", "text/html; charset=utf-8"});
    exchange_->respond(301, lines, std::move(body_));
  }
  void on_cancelled() override {}
  [[nodiscard]] bool needs_whole_body() const override { return true; }

 private:
  net::ExchangePtr exchange_;
  std::string location_;
  std::string body_;
};

}  // namespace

net::ResponderPtr open_redirect_page(net::ExchangePtr exchange, std::string location,
                                     std::string body) {
  return new RedirectResponder{std::move(exchange), std::move(location), std::move(body)};
}

net::ResponderPtr open_page(net::ExchangePtr exchange, int status, net::HeaderLines lines,
                            std::string body) {
  return new PageResponder{std::move(exchange), status, std::move(lines), std::move(body)};
}

net::ResponderPtr open_text_page(net::ExchangePtr exchange, int status, std::string text) {
  return open_page(
      std::move(exchange), status,
      {{"content-type", "text/plain; charset=utf-8"}, {"x-content-type-options", "nosniff"}},
      std::move(text));
}

}  // namespace quorate::api
