// The text format Prometheus scrapes, version 0.0.4, to the byte as Go's client writes it (the
// serializer of prometheus-cpp differs in how it writes numbers and in what it sorts).
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <string>
#include <vector>

namespace prometheus {
struct MetricFamily;
}

namespace quorate::metrics {

inline constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

// Families in the order given; within each, labels by name and cells by label values.
[[nodiscard]] std::string exposition(std::vector<prometheus::MetricFamily> families);

// "0.001", "2.147483648e+09", "+Inf": the shortest digits that read back as the same number, with
// an exponent below 1e-4 and from 1e6 on.
[[nodiscard]] std::string go_number(double value);

}  // namespace quorate::metrics
