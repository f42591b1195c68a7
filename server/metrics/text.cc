#include "server/metrics/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <prometheus/metric_family.h>

#include "common/ensure.h"

namespace quorate::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

std::string_view type_name(MetricType type) {
  switch (type) {
    case MetricType::Counter:
      return "counter";
    case MetricType::Gauge:
      return "gauge";
    case MetricType::Summary:
      return "summary";
    case MetricType::Histogram:
      return "histogram";
    default:
      return "untyped";
  }
}

enum class Quotes { escaped, kept };

void append_escaped(std::string& out, std::string_view text, Quotes quotes) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\' || (c == '"' && quotes == Quotes::escaped)) {
      out += {'\\', c};
    } else {
      out += c;
    }
  }
}

// name{label="value",extra="value"} number
class Writer {
 public:
  explicit Writer(std::string& out) : out_{out} {}

  void head(const MetricFamily& family) {
    out_.append("# HELP ").append(family.name).append(" ");
    append_escaped(out_, family.help, Quotes::kept);
    out_.append("\n# TYPE ").append(family.name).append(" ").append(type_name(family.type));
    out_ += '\n';
  }

  void sample(const std::string& name, std::string_view suffix, const Labels& labels,
              const std::string& number) {
    begin(name, suffix);
    write(labels);
    end(number);
  }

  // With one more label, which comes last whatever its name.
  void sample(const std::string& name, std::string_view suffix, const Labels& labels,
              std::string_view extra_name, const std::string& extra, const std::string& number) {
    begin(name, suffix);
    write(labels);
    write(extra_name, extra);
    end(number);
  }

 private:
  void begin(const std::string& name, std::string_view suffix) {
    out_.append(name).append(suffix);
    separator_ = '{';
  }
  void write(const Labels& labels) {
    for (const auto& label : labels) write(label.name, label.value);
  }
  void write(std::string_view name, std::string_view value) {
    out_ += separator_;
    separator_ = ',';
    out_.append(name).append("=\"");
    append_escaped(out_, value, Quotes::escaped);
    out_ += '"';
  }
  void end(const std::string& number) {
    if (separator_ == ',') out_ += '}';
    out_.append(" ").append(number);
    out_ += '\n';
  }

  std::string& out_;
  char separator_ = '{';
};

void write_histogram(Writer& writer, const std::string& name, const ClientMetric& metric) {
  for (const auto& bucket : metric.histogram.bucket) {
    writer.sample(name, "_bucket", metric.label, "le", go_number(bucket.upper_bound),
                  go_number(static_cast<double>(bucket.cumulative_count)));
  }
  writer.sample(name, "_sum", metric.label, go_number(metric.histogram.sample_sum));
  writer.sample(name, "_count", metric.label,
                go_number(static_cast<double>(metric.histogram.sample_count)));
}

void write_summary(Writer& writer, const std::string& name, const ClientMetric& metric) {
  for (const auto& quantile : metric.summary.quantile) {
    writer.sample(name, "", metric.label, "quantile", go_number(quantile.quantile),
                  go_number(quantile.value));
  }
  writer.sample(name, "_sum", metric.label, go_number(metric.summary.sample_sum));
  writer.sample(name, "_count", metric.label,
                go_number(static_cast<double>(metric.summary.sample_count)));
}

void write_metric(Writer& writer, const MetricFamily& family, const ClientMetric& metric) {
  switch (family.type) {
    case MetricType::Counter:
      return writer.sample(family.name, "", metric.label, go_number(metric.counter.value));
    case MetricType::Gauge:
      return writer.sample(family.name, "", metric.label, go_number(metric.gauge.value));
    case MetricType::Histogram:
      return write_histogram(writer, family.name, metric);
    case MetricType::Summary:
      return write_summary(writer, family.name, metric);
    default:
      return writer.sample(family.name, "", metric.label, go_number(metric.untyped.value));
  }
}

void sort_labels(MetricFamily& family) {
  for (ClientMetric& metric : family.metric) std::sort(metric.label.begin(), metric.label.end());
  std::sort(family.metric.begin(), family.metric.end(),
            [](const ClientMetric& a, const ClientMetric& b) { return a.label < b.label; });
}

}  // namespace

std::string go_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value == 0) return "0";
  std::array<char, 32> digits;
  const auto print = [&](std::chars_format format) {
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, format);
    ENSURE(error == std::errc{});
    return std::string{digits.data(), end};
  };
  // strconv.FormatFloat(value, 'g', -1, 64): with an exponent below -4 or from 6 on.
  const double size = std::fabs(value);
  return print(size >= 1e-4 && size < 1e6 ? std::chars_format::fixed
                                          : std::chars_format::scientific);
}

std::string exposition(std::vector<MetricFamily> families) {
  std::string page;
  Writer writer{page};
  for (MetricFamily& family : families) {
    sort_labels(family);
    writer.head(family);
    for (const ClientMetric& metric : family.metric) write_metric(writer, family, metric);
  }
  return page;
}

}  // namespace quorate::metrics
