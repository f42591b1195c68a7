#include "ctl/output/printer.h"

#include <array>
#include <utility>

#include "ctl/output/printers.h"

namespace quorate::ctl {
namespace {

constexpr std::array<std::pair<std::string_view, OutputFormat>, 5> kNames{
    {{"simple", OutputFormat::simple},
     {"fields", OutputFormat::fields},
     {"json", OutputFormat::json},
     {"protobuf", OutputFormat::protobuf},
     {"table", OutputFormat::table}}};

}  // namespace

std::optional<OutputFormat> parse_output_format(std::string_view name) {
  for (const auto& [known, format] : kNames) {
    if (known == name) return format;
  }
  return std::nullopt;
}

Failure Printer::unsupported() const {
  for (const auto& [name, known] : kNames) {
    if (known == format()) {
      return {kExitBadFeature, std::string{name} + " not supported as output format"};
    }
  }
  return {kExitBadFeature, "unsupported output format"};
}

std::unique_ptr<Printer> make_printer(OutputFormat format, Hex hex, std::ostream& out,
                                      std::ostream& err) {
  switch (format) {
    case OutputFormat::fields:
      return make_fields_printer(hex, out);
    case OutputFormat::json:
      return make_json_printer(hex, out);
    case OutputFormat::protobuf:
      return make_protobuf_printer(out);
    case OutputFormat::table:
      return make_table_printer(out);
    case OutputFormat::simple:
      break;
  }
  return make_simple_printer(hex, out, err);
}

}  // namespace quorate::ctl
