#include "server/api/http_policy.h"

#include <algorithm>
#include <utility>

namespace quorate::api {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

class CorsExchange final : public net::Exchange {
 public:
  CorsExchange(net::ExchangePtr exchange, std::string_view origin)
      : exchange_{std::move(exchange)}, origin_{origin} {}

  void respond(int status, const net::HeaderLines& headers, std::string body) override {
    exchange_->respond(status, extended(headers), std::move(body));
  }
  void begin(int status, const net::HeaderLines& headers) override {
    exchange_->begin(status, extended(headers));
  }
  void write(std::string piece) override { exchange_->write(std::move(piece)); }
  void finish(const net::HeaderLines& trailers) override { exchange_->finish(trailers); }
  void reset(net::ResetCode code) override { exchange_->reset(code); }
  [[nodiscard]] bool take_over() override { return exchange_->take_over(); }
  [[nodiscard]] std::size_t unsent_bytes() const override { return exchange_->unsent_bytes(); }
  [[nodiscard]] bool is_open() const override { return exchange_->is_open(); }
  [[nodiscard]] net::TimerWheel& timers() override { return exchange_->timers(); }

 private:
  [[nodiscard]] net::HeaderLines extended(const net::HeaderLines& headers) const {
    net::HeaderLines lines{{"access-control-allow-headers", "accept, content-type, authorization"},
                           {"access-control-allow-methods", "POST, GET, OPTIONS, PUT, DELETE"},
                           {"access-control-allow-origin", origin_}};
    lines.insert(lines.end(), headers.begin(), headers.end());
    return lines;
  }

  net::ExchangePtr exchange_;
  std::string origin_;
};

}  // namespace

std::string_view host_of(std::string_view authority) {
  if (!authority.empty() && authority.front() == '[') {
    return authority.substr(1, authority.find(']') - 1);
  }
  return authority.substr(0, authority.find(':'));
}

std::string_view HttpPolicy::allowed_origin(std::string_view origin) const {
  if (contains(origins, "*")) return "*";
  return !origin.empty() && contains(origins, origin) ? origin : std::string_view{};
}

bool HttpPolicy::accepts_host(std::string_view authority) const {
  return hosts.empty() || contains(hosts, "*") || contains(hosts, host_of(authority));
}

net::ExchangePtr with_cors(net::ExchangePtr exchange, std::string_view origin) {
  if (origin.empty()) return exchange;
  return new CorsExchange{std::move(exchange), origin};
}

}  // namespace quorate::api
