#include "server/api/pages.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>

#include "server/api/text_page.h"
#include "server/metrics/server_metrics.h"

namespace quorate::api {
namespace {

constexpr net::HeaderLine kPlain{"content-type", "text/plain; charset=utf-8"};
constexpr net::HeaderLine kNoSniff{"x-content-type-options", "nosniff"};

bool has_parameter(std::string_view query, std::string_view name, std::string_view value) {
  std::vector<std::string> parts;
  boost::split(parts, query, boost::is_any_of("&"));
  for (const auto& part : parts) {
    const auto equals = part.find('=');
    if (std::string_view{part}.substr(0, equals) != name) continue;
    if (value.empty()) return true;
    if (equals != std::string::npos && std::string_view{part}.substr(equals + 1) == value) {
      return true;
    }
  }
  return false;
}

// A page whose answer depends on a read of the store.
class CheckedPage : public net::Responder {
 public:
  CheckedPage(Services& services, metrics::Server& counters, net::ExchangePtr exchange,
              std::string query)
      : services_{services},
        counters_{counters},
        exchange_{std::move(exchange)},
        query_{std::move(query)} {}

  void on_body(std::string_view /*bytes*/) override {}
  void on_cancelled() override {}
  [[nodiscard]] bool needs_whole_body() const override { return true; }

 protected:
  // Calls back with an empty text when the read could be done, else with what kept it from it.
  void check_linearizable_read(std::function<void(std::string)> then) {
    services_.replica.confirm_read(
        [self = net::ResponderPtr{this}, then = std::move(then)](Status status) {
          then(status ? std::string{} : status.error().message);
        });
  }
  [[nodiscard]] const replica::Alarms& alarms() const {
    return services_.replica.machine().alarms();
  }
  [[nodiscard]] bool asks(std::string_view name, std::string_view value = {}) const {
    return has_parameter(query_, name, value);
  }

  Services& services_;
  metrics::Server& counters_;
  net::ExchangePtr exchange_;
  std::string query_;
};

// {"health":"true","reason":""}
class HealthPage final : public CheckedPage {
 public:
  using CheckedPage::CheckedPage;

  void on_end() override {
    if (const std::string alarm = first_alarm(); !alarm.empty()) return answer("ALARM " + alarm);
    if (asks("serializable", "true")) return answer({});
    if (services_.replica.raft_status().leader == MemberId{}) return answer("RAFT NO LEADER");
    check_linearizable_read([this](const std::string& error) {
      answer(error.empty() ? error : "RANGE ERROR:" + error);
    });
  }

 private:
  // The name of one that the caller does not exclude.
  [[nodiscard]] std::string first_alarm() const {
    for (const auto& alarm : alarms().list(etcdserverpb::NONE)) {
      const std::string& name = etcdserverpb::AlarmType_Name(alarm.type);
      if (name.empty()) return "UNKNOWN";
      if (!asks("exclude", name)) return name;
    }
    return {};
  }

  void answer(const std::string& reason) {
    (reason.empty() ? counters_.health_success : counters_.health_failures).add(1);
    const std::string body = std::string{R"({"health":")"} + (reason.empty() ? "true" : "false") +
                             R"(","reason":")" + reason + R"("})";
    if (reason.empty()) return exchange_->respond(200, {kPlain}, body);
    exchange_->respond(503, {kPlain, kNoSniff}, body + "\n");
  }
};

// /livez, /readyz and their single checks.
class ProbePage final : public CheckedPage {
 public:
  ProbePage(Services& services, metrics::Server& counters, net::ExchangePtr exchange,
            std::string query, std::string type, std::vector<std::string> checks)
      : CheckedPage{services, counters, std::move(exchange), std::move(query)},
        type_{std::move(type)},
        checks_{std::move(checks)} {}

  void on_end() override { run_next(); }

 private:
  void run_next() {
    while (next_ < checks_.size()) {
      const std::string& check = checks_[next_++];
      if (asks("exclude", check)) continue;
      if (check == "linearizable_read") {
        return check_linearizable_read([this](const std::string& error) {
          note("linearizable_read", error);
          run_next();
        });
      }
      note(check, check_now(check));
    }
    answer();
  }

  // What needs no waiting. Reading what is here is always possible.
  [[nodiscard]] std::string check_now(std::string_view check) const {
    if (check == "data_corruption" && alarms().is_raised(etcdserverpb::CORRUPT)) {
      return "alarm activated: CORRUPT";
    }
    const auto* self = services_.replica.members().find(services_.replica.config().id);
    const bool is_learner = self != nullptr && self->is_learner;
    return check == "non_learner" && is_learner ? "not supported for learner" : "";
  }

  void note(const std::string& check, const std::string& error) {
    const bool is_good = error.empty();
    counters_.healthcheck.with({type_, check}).set(is_good ? 1 : 0);
    counters_.healthchecks.with({type_, check, is_good ? "success" : "error"}).add(1);
    if (error.empty()) {
      lines_ += "[+]" + check + " ok\n";
      return;
    }
    has_failed_ = true;
    lines_ += "[-]" + check + " failed: " + error + "\n";
  }

  void answer() {
    const net::HeaderLines headers = {kPlain, kNoSniff};
    if (has_failed_) return exchange_->respond(503, headers, lines_ + "\n");
    exchange_->respond(200, headers, (asks("verbose") ? lines_ : std::string{}) + "ok\n");
  }

  std::string type_;  // livez, readyz
  std::vector<std::string> checks_;
  std::size_t next_ = 0;
  std::string lines_;
  bool has_failed_ = false;
};

// The checks behind a probe's path: all of them, a single one, or none when there is no such path.
std::vector<std::string> checks_of(std::string_view path) {
  const auto choose = [&](std::string_view base,
                          std::vector<std::string> all) -> std::vector<std::string> {
    if (path == base) return all;
    if (path.substr(0, base.size()) != base || path[base.size()] != '/') return {};
    const auto name = path.substr(base.size() + 1);
    for (auto& check : all) {
      if (check == name) return {check};
    }
    return {};
  };
  auto checks = choose("/livez", {"serializable_read"});
  if (!checks.empty()) return checks;
  return choose("/readyz",
                {"data_corruption", "serializable_read", "linearizable_read", "non_learner"});
}

class MetricsPage final : public net::Responder {
 public:
  MetricsPage(const PageSources& sources, net::ExchangePtr exchange)
      : sources_{sources}, exchange_{std::move(exchange)} {}

  void on_body(std::string_view /*bytes*/) override {}
  void on_end() override {
    sources_.scrape([exchange = exchange_](std::string text) {
      exchange->respond(200, {{"content-type", "text/plain; version=0.0.4; charset=utf-8"}},
                        std::move(text));
    });
  }
  void on_cancelled() override {}
  [[nodiscard]] bool needs_whole_body() const override { return true; }

 private:
  const PageSources& sources_;
  net::ExchangePtr exchange_;
};

bool is_status_path(std::string_view path) {
  return path == "/version" || path == "/metrics" || path == "/debug/vars" || path == "/health" ||
         !checks_of(path).empty();
}

}  // namespace

std::string version_body(const Services& services) {
  const auto& cluster = services.replica.cluster_version();
  return R"({"etcdserver":")" + services.server_version + R"(","etcdcluster":")" +
         (cluster.empty() ? "not_decided" : cluster) + R"("})";
}

net::ResponderPtr open_status_page(Services& services, const PageSources& sources,
                                   const net::RequestHead& head, net::ExchangePtr exchange) {
  if (!is_status_path(head.path)) return nullptr;
  // These two answer any method, as Go's handlers for them do.
  if (head.path == "/metrics") return new MetricsPage{sources, std::move(exchange)};
  if (head.path == "/debug/vars") {
    return open_page(std::move(exchange), 200,
                     {{"content-type", "application/json; charset=utf-8"}}, sources.variables());
  }
  if (head.method != "GET") {
    return open_page(std::move(exchange), 405, {kPlain, kNoSniff, {"allow", "GET"}},
                     "Method Not Allowed\n");
  }
  if (head.path == "/version") {
    return open_page(std::move(exchange), 200, {{"content-type", "application/json"}},
                     version_body(services));
  }
  std::string query{head.query};
  if (head.path == "/health") {
    return new HealthPage{services, sources.health, std::move(exchange), std::move(query)};
  }
  const std::string type{head.path.substr(1, head.path.find('/', 1) - 1)};
  return new ProbePage{services,         sources.health, std::move(exchange),
                       std::move(query), type,           checks_of(head.path)};
}

}  // namespace quorate::api
