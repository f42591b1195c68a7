#include "ctl/commands/load_report.h"

#include <doctest/doctest.h>

using namespace quorate::ctl;

namespace {

LoadResult steady(std::size_t count, double seconds, double whole_seconds) {
  return {std::vector<double>(count, seconds), whole_seconds, {}};
}

}  // namespace

TEST_CASE("a cluster that keeps up passes") {
  const LoadReport report = perf_report(steady(9000, 0.040203, 60), 150);
  CHECK(report.is_pass);
  CHECK(report.text ==
        "PASS: Throughput is 151 writes/s\nPASS: Slowest request took 0.040203s\n"
        "PASS: Stddev is 0.000000s\nPASS\n");
}

TEST_CASE("a rate of nine tenths is too low, anything above is not") {
  CHECK(!perf_report(steady(8100, 0.01, 60), 150).is_pass);
  CHECK(perf_report(steady(8101, 0.01, 60), 150).is_pass);
  CHECK(perf_report(steady(8100, 0.01, 60), 150).text ==
        "FAIL: Throughput too low: 136 writes/s\nPASS: Slowest request took 0.010000s\n"
        "PASS: Stddev is 0.000000s\nFAIL\n");
}

TEST_CASE("slow and uneven answers fail") {
  LoadResult result = steady(9000, 0.1, 60);
  result.latencies_seconds[0] = 0.6;
  CHECK(perf_report(result, 150).text.find("Slowest request took too long: 0.600000s\n") !=
        std::string::npos);
  CHECK(!perf_report(result, 150).is_pass);
  for (std::size_t i = 0; i < result.latencies_seconds.size(); i += 2) {
    result.latencies_seconds[i] = 0.4;
  }
  CHECK(perf_report(result, 150).text.find("Stddev too high: 0.150000s\n") != std::string::npos);
}

TEST_CASE("errors are counted by their text") {
  LoadResult result = steady(9000, 0.01, 60);
  result.errors["etcdserver: too many requests"] = 3;
  CHECK(perf_report(result, 150)
            .text.starts_with(
                "FAIL: too many errors\nFAIL: ERROR(etcdserver: too many requests) -> 3\n"));
  CHECK(!perf_report(result, 150).is_pass);
  CHECK(!datascale_report(result, 1).is_pass);
}

TEST_CASE("a run without any answer is too slow, not a division by zero") {
  CHECK(perf_report({}, 150).text.starts_with("FAIL: Throughput too low: 1 writes/s\n"));
}

TEST_CASE("memory is told in megabytes") {
  CHECK(datascale_report({}, 54934897).text ==
        "PASS: Approximate system memory used : 52.39 MB.\n");
}

TEST_CASE("a metric is found by its whole name") {
  const std::string page =
      "# HELP process_resident_memory_bytes Size.\nprocess_resident_memory_bytes_other 1\n"
      "process_resident_memory_bytes 2.5165824e+07\nlast 3\n";
  CHECK(metric_value(page, "process_resident_memory_bytes") == 25165824);
  CHECK(metric_value(page, "last") == 3);
  CHECK(metric_value(page, "resident_memory_bytes") == 0);
  CHECK(metric_value("first 7\n", "first") == 7);
  CHECK(metric_value("", "first") == 0);
}
