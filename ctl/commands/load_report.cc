#include "ctl/commands/load_report.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include <fmt/format.h>

namespace quorate::ctl {
namespace {

constexpr double kRateShareMin = 0.9;
constexpr double kSlowestSecondsMax = 0.5;
constexpr double kStddevSecondsMax = 0.1;
constexpr double kMegabyte = 1024.0 * 1024.0;

std::string error_lines(const LoadResult& result) {
  std::string text = "FAIL: too many errors\n";
  for (const auto& [error, count] : result.errors) {
    text += fmt::format("FAIL: ERROR({}) -> {}\n", error, count);
  }
  return text;
}

double standard_deviation(const std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / count);
}

}  // namespace

LoadReport perf_report(const LoadResult& result, std::int64_t puts_per_second) {
  const std::vector<double>& latencies = result.latencies_seconds;
  LoadReport report;
  report.is_pass = result.errors.empty();
  if (!report.is_pass) report.text = error_lines(result);
  const auto add = [&](bool is_good, const std::string& good, const std::string& bad) {
    report.text += (is_good ? good : bad) + '\n';
    report.is_pass = report.is_pass && is_good;
  };
  const double rate =
      result.whole_seconds > 0 ? static_cast<double>(latencies.size()) / result.whole_seconds : 0;
  const auto shown_rate = static_cast<std::int64_t>(rate) + 1;
  add(rate / static_cast<double>(puts_per_second) > kRateShareMin,
      fmt::format("PASS: Throughput is {} writes/s", shown_rate),
      fmt::format("FAIL: Throughput too low: {} writes/s", shown_rate));
  const double slowest =
      latencies.empty() ? 0 : *std::max_element(latencies.begin(), latencies.end());
  add(slowest <= kSlowestSecondsMax, fmt::format("PASS: Slowest request took {:f}s", slowest),
      fmt::format("Slowest request took too long: {:f}s", slowest));
  const double deviation = standard_deviation(latencies);
  add(deviation <= kStddevSecondsMax, fmt::format("PASS: Stddev is {:f}s", deviation),
      fmt::format("Stddev too high: {:f}s", deviation));
  report.text += report.is_pass ? "PASS\n" : "FAIL\n";
  return report;
}

LoadReport datascale_report(const LoadResult& result, double grown_bytes) {
  if (!result.errors.empty()) return {error_lines(result), false};
  return {
      fmt::format("PASS: Approximate system memory used : {:.2f} MB.\n", grown_bytes / kMegabyte),
      true};
}

double metric_value(const std::string& page, const std::string& name) {
  const std::string start = '\n' + name + ' ';
  const auto at = ('\n' + page).find(start);
  if (at == std::string::npos) return 0;
  return std::strtod(page.c_str() + at + start.size() - 1, nullptr);
}

}  // namespace quorate::ctl
