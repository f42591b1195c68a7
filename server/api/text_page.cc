#include "server/api/text_page.h"

#include <utility>

namespace quorate::api {
namespace {

class PageResponder final : public net::Responder {
 public:
  PageResponder(net::ExchangePtr exchange, int status, net::HeaderLines lines, std::string body,
                OwnLine own)
      : exchange_{std::move(exchange)},
        status_{status},
        lines_{std::move(lines)},
        own_{std::move(own)},
        body_{std::move(body)} {
    if (!own_.name.empty()) lines_.push_back({own_.name, own_.value});
  }

  void on_body(std::string_view /*bytes*/) override {}
  void on_end() override { exchange_->respond(status_, lines_, std::move(body_)); }
  void on_cancelled() override {}
  [[nodiscard]] bool needs_whole_body() const override { return true; }

 private:
  net::ExchangePtr exchange_;
  int status_;
  net::HeaderLines lines_;
  OwnLine own_;
  std::string body_;
};

}  // namespace

net::ResponderPtr open_page(net::ExchangePtr exchange, int status, net::HeaderLines lines,
                            std::string body, OwnLine own) {
  return new PageResponder{std::move(exchange), status, std::move(lines), std::move(body),
                           std::move(own)};
}

net::ResponderPtr open_text_page(net::ExchangePtr exchange, int status, std::string text) {
  return open_page(
      std::move(exchange), status,
      {{"content-type", "text/plain; charset=utf-8"}, {"x-content-type-options", "nosniff"}},
      std::move(text));
}

}  // namespace quorate::api
