// The five printers, one file each.
#pragma once

#include <iosfwd>
#include <memory>

#include "ctl/output/printer.h"

namespace quorate::ctl {

[[nodiscard]] std::unique_ptr<Printer> make_simple_printer(Hex hex, std::ostream& out,
                                                           std::ostream& err);
[[nodiscard]] std::unique_ptr<Printer> make_fields_printer(Hex hex, std::ostream& out);
[[nodiscard]] std::unique_ptr<Printer> make_json_printer(Hex hex, std::ostream& out);
[[nodiscard]] std::unique_ptr<Printer> make_protobuf_printer(std::ostream& out);
[[nodiscard]] std::unique_ptr<Printer> make_table_printer(std::ostream& out);

}  // namespace quorate::ctl
