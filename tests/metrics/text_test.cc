#include "server/metrics/text.h"

#include <limits>

#include <doctest/doctest.h>
#include <prometheus/metric_family.h>

using namespace quorate::metrics;

// As etcd's page has them.
TEST_CASE("numbers have the shortest digits, with an exponent where Go has one") {
  CHECK(go_number(0) == "0");
  CHECK(go_number(-0.0) == "0");
  CHECK(go_number(1) == "1");
  CHECK(go_number(645860) == "645860");
  CHECK(go_number(524288) == "524288");
  CHECK(go_number(1048576) == "1.048576e+06");
  CHECK(go_number(2147483648) == "2.147483648e+09");
  CHECK(go_number(18446744073709551615.0) == "1.8446744073709552e+19");
  CHECK(go_number(1795462453.05) == "1.79546245305e+09");
  CHECK(go_number(0.0068843509999999995) == "0.0068843509999999995");
  CHECK(go_number(0.034314776000000005) == "0.034314776000000005");
  CHECK(go_number(4.5208e-05) == "4.5208e-05");
  CHECK(go_number(0.0001) == "0.0001");
  CHECK(go_number(0.000150044) == "0.000150044");
  CHECK(go_number(1000000) == "1e+06");
  CHECK(go_number(1e100) == "1e+100");
  CHECK(go_number(-2.5) == "-2.5");
  CHECK(go_number(std::numeric_limits<double>::infinity()) == "+Inf");
  CHECK(go_number(-std::numeric_limits<double>::infinity()) == "-Inf");
  CHECK(go_number(std::numeric_limits<double>::quiet_NaN()) == "NaN");
  CHECK(go_number(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
}

TEST_CASE("help and label values are escaped") {
  prometheus::MetricFamily family;
  family.name = "m";
  family.help = "a \\ and a\nline with \"quotes\"";
  family.type = prometheus::MetricType::Untyped;
  auto& metric = family.metric.emplace_back();
  metric.label.push_back({"l", "a \\ and a\nline with \"quotes\""});
  metric.untyped.value = 1;
  CHECK(exposition({family}) ==
        "# HELP m a \\\\ and a\\nline with \"quotes\"\n"
        "# TYPE m untyped\n"
        "m{l=\"a \\\\ and a\\nline with \\\"quotes\\\"\"} 1\n");
}

TEST_CASE("a summary has quantiles, a sum and a count") {
  prometheus::MetricFamily family;
  family.name = "s";
  family.help = "S.";
  family.type = prometheus::MetricType::Summary;
  auto& metric = family.metric.emplace_back();
  metric.summary.quantile = {{0, 1}, {0.25, 2}};
  metric.summary.sample_sum = 3;
  metric.summary.sample_count = 2;
  CHECK(exposition({family}) ==
        "# HELP s S.\n# TYPE s summary\ns{quantile=\"0\"} 1\ns{quantile=\"0.25\"} 2\ns_sum 3\n"
        "s_count 2\n");
}
