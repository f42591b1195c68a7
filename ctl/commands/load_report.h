// What `check perf` and `check datascale` say of what they measured.
#pragma once

#include <cstdint>
#include <string>

#include "ctl/client/put_load.h"

namespace quorate::ctl {

struct LoadReport {
  std::string text;  // whole lines
  bool is_pass = false;
};

// Passes at more than nine tenths of the rate that was tried, with no put above half a second and
// a standard deviation of at most a tenth.
[[nodiscard]] LoadReport perf_report(const LoadResult& result, std::int64_t puts_per_second);

// Passes when all puts went well. `grown_bytes` is what the server's memory grew by.
[[nodiscard]] LoadReport datascale_report(const LoadResult& result, double grown_bytes);

// The value of a metric without labels in Prometheus' text form; 0 when it is not there.
[[nodiscard]] double metric_value(const std::string& page, const std::string& name);

}  // namespace quorate::ctl
