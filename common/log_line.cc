#include "common/log_line.h"

#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "common/go_text.h"
#include "common/utf8.h"

namespace quorate {
namespace {

std::string timestamp(Clock::Wall time, LogTime precision) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{floor<microseconds>(time - day)};
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (precision == LogTime::microseconds) text += fmt::format(".{:06}", clock.subseconds().count());
  return text + 'Z';
}

// "dir/file.cc:41": the last two parts of the path.
std::string caller(const std::source_location& where) {
  std::string_view file = where.file_name();
  const auto last = file.rfind('/');
  if (last != std::string_view::npos && last > 0) {
    const auto before = file.rfind('/', last - 1);
    if (before != std::string_view::npos) file.remove_prefix(before + 1);
  }
  return fmt::format("{}:{}", file, where.line());
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
    case '\\':
      out += {'\\', c};
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

// A JSON string. Bytes that are not UTF-8 become the replacement character's escape.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text[0]);
    const std::size_t size = byte < 0x80 ? 1 : utf8_length(text);
    if (size == 0) {
      out += "\\ufffd";
    } else if (size == 1 && (byte < 0x20 || byte == '"' || byte == '\\')) {
      append_escape(out, text[0]);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  out += '"';
}

// Never with an exponent; what JSON has no number for becomes a string.
void append_double(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
  } else if (std::isinf(value)) {
    out += value > 0 ? "\"+Inf\"" : "\"-Inf\"";
  } else {
    std::array<char, 400> digits;  // the longest double has 309 before or 1074 behind the point
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                            std::chars_format::fixed);
    if (error == std::errc{}) {
      out.append(digits.data(), end);
    } else {
      fmt::format_to(std::back_inserter(out), "{}", value);
    }
  }
}

class FieldWriter {
 public:
  FieldWriter(std::string& out, std::string_view separator) : out_{out}, separator_{separator} {}

  void operator()(std::string_view text) const { append_string(out_, text); }
  void operator()(std::int64_t number) const { out_ += std::to_string(number); }
  void operator()(std::uint64_t number) const { out_ += std::to_string(number); }
  void operator()(double number) const { append_double(out_, number); }
  void operator()(bool truth) const { out_ += truth ? "true" : "false"; }
  void operator()(std::chrono::nanoseconds duration) const {
    append_string(out_, go_duration(duration));
  }
  void operator()(std::span<const std::string> texts) const {
    out_ += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) out_ += separator_;
      append_string(out_, texts[i]);
    }
    out_ += ']';
  }

 private:
  std::string& out_;
  std::string_view separator_;
};

struct Parts {
  std::string_view logger;
  std::span<const LogField> fields;
};

Parts take_logger(LogFields fields) {
  const std::span<const LogField> all{fields.begin(), fields.size()};
  if (all.empty() || all[0].name != "logger") return {{}, all};
  const auto* name = std::get_if<std::string_view>(&all[0].value);
  return name == nullptr ? Parts{{}, all} : Parts{*name, all.subspan(1)};
}

std::string json_line(const std::string& time, LogLevel level, const LogMessage& message,
                      const Parts& parts) {
  std::string out = fmt::format(R"({{"level":"{}","ts":"{}")", log_level_name(level), time);
  const auto member = [&out](std::string_view name) {
    out += ',';
    append_string(out, name);
    out += ':';
  };
  if (!parts.logger.empty()) {
    member("logger");
    append_string(out, parts.logger);
  }
  member("caller");
  append_string(out, caller(message.where));
  member("msg");
  append_string(out, message.text);
  for (const LogField& field : parts.fields) {
    member(field.name);
    std::visit(FieldWriter{out, ","}, field.value);
  }
  return out + '}';
}

std::string console_line(const std::string& time, LogLevel level, const LogMessage& message,
                         const Parts& parts) {
  std::string out = fmt::format("{}\t{}\t", time, log_level_name(level));
  if (!parts.logger.empty()) fmt::format_to(std::back_inserter(out), "{}\t", parts.logger);
  fmt::format_to(std::back_inserter(out), "{}\t{}", caller(message.where), message.text);
  if (parts.fields.empty()) return out;
  std::string_view before = "\t{";
  for (const LogField& field : parts.fields) {
    out += before;
    append_string(out, field.name);
    out += ": ";
    std::visit(FieldWriter{out, ", "}, field.value);
    before = ", ";
  }
  return out + '}';
}

}  // namespace

std::string_view log_level_name(LogLevel level) {
  static constexpr std::array<std::string_view, 6> kNames{"debug", "info",  "warn",
                                                          "error", "panic", "fatal"};
  const auto index = static_cast<std::size_t>(level);
  return index < kNames.size() ? kNames[index] : "error";
}

std::string log_line(LogFormat format, LogTime precision, Clock::Wall time, LogLevel level,
                     const LogMessage& message, LogFields fields) {
  const std::string when = timestamp(time, precision);
  const Parts parts = take_logger(fields);
  return format == LogFormat::json ? json_line(when, level, message, parts)
                                   : console_line(when, level, message, parts);
}

}  // namespace quorate
