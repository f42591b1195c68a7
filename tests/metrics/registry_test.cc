#include "server/metrics/registry.h"

#include <doctest/doctest.h>
#include <prometheus/metric_family.h>

using namespace quorate::metrics;

TEST_CASE("a scrape shows everything by name, and leaves out families without a cell") {
  Registry registry;
  Gauge b{registry, "b_gauge", "Second.", 2};
  Counter a{registry, "a_total", "First."};
  Family<Counter> empty{registry, "empty_total", "Nobody yet.", {"x"}};
  Family<Gauge> c{registry, "c", "Third.", {"zebra", "ant"}};
  c.with({"2", "1"}).set(1);
  c.with({"1", "2"}).set(-0.5);
  a.add(5);
  registry.add("a_alias_total", "The same under another name.", a);
  CHECK(
      registry.scrape() ==
      "# HELP a_alias_total The same under another name.\n"
      "# TYPE a_alias_total counter\n"
      "a_alias_total 5\n"
      "# HELP a_total First.\n"
      "# TYPE a_total counter\n"
      "a_total 5\n"
      "# HELP b_gauge Second.\n"
      "# TYPE b_gauge gauge\n"
      "b_gauge 2\n"
      "# HELP c Third.\n"
      "# TYPE c gauge\n"
      "c{ant=\"1\",zebra=\"2\"} 1\n"
      "c{ant=\"2\",zebra=\"1\"} -0.5\n"
      "# HELP promhttp_metric_handler_requests_in_flight Current number of scrapes being served.\n"
      "# TYPE promhttp_metric_handler_requests_in_flight gauge\n"
      "promhttp_metric_handler_requests_in_flight 1\n"
      "# HELP promhttp_metric_handler_requests_total Total number of scrapes by HTTP status code.\n"
      "# TYPE promhttp_metric_handler_requests_total counter\n"
      "promhttp_metric_handler_requests_total{code=\"200\"} 0\n"
      "promhttp_metric_handler_requests_total{code=\"500\"} 0\n"
      "promhttp_metric_handler_requests_total{code=\"503\"} 0\n");
  CHECK(registry.scrape().find("promhttp_metric_handler_requests_total{code=\"200\"} 1\n") !=
        std::string::npos);
}

TEST_CASE("a histogram's buckets add up to its count") {
  Registry registry;
  Histogram histogram{registry, "h_seconds", "Time.", Buckets::exponential(0.5, 3)};
  for (const double value : {0.25, 0.75, 1.75, 5.0}) histogram.observe(value);
  CHECK(
      registry.scrape().starts_with("# HELP h_seconds Time.\n"
                                    "# TYPE h_seconds histogram\n"
                                    "h_seconds_bucket{le=\"0.5\"} 1\n"
                                    "h_seconds_bucket{le=\"1\"} 2\n"
                                    "h_seconds_bucket{le=\"2\"} 3\n"
                                    "h_seconds_bucket{le=\"+Inf\"} 4\n"
                                    "h_seconds_sum 7.75\n"
                                    "h_seconds_count 4\n"));
}

TEST_CASE("families made at the scrape are sorted in") {
  Registry registry;
  Counter z{registry, "z_total", "Last."};
  registry.add([] {
    prometheus::MetricFamily family;
    family.name = "made";
    family.type = prometheus::MetricType::Gauge;
    family.metric.emplace_back().gauge.value = 7;
    return std::vector<prometheus::MetricFamily>{family};
  });
  CHECK(registry.scrape().starts_with("# HELP made \n# TYPE made gauge\nmade 7\n"));
}
