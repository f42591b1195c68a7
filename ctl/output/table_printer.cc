#include <ostream>

#include "ctl/output/printers.h"
#include "ctl/output/rows.h"

namespace quorate::ctl {
namespace {

class TablePrinter final : public Printer {
 public:
  explicit TablePrinter(std::ostream& out) : out_{out} {}

  [[nodiscard]] OutputFormat format() const override { return OutputFormat::table; }

  Outcome<> member_list(const pb::MemberListResponse& r) override { return show(member_table(r)); }
  Outcome<> endpoint_health(const std::vector<EndpointHealth>& list) override {
    return show(health_table(list));
  }
  Outcome<> endpoint_status(const std::vector<EndpointStatus>& list) override {
    return show(status_table(list));
  }
  Outcome<> endpoint_hash(const std::vector<EndpointHash>& list) override {
    return show(hash_table(list));
  }
  Outcome<> snapshot_status(const SnapshotStatus& status) override {
    return show(snapshot_table(status));
  }

 private:
  Outcome<> show(const Table& table) {
    out_ << draw(table);
    return {};
  }

  std::ostream& out_;
};

}  // namespace

std::unique_ptr<Printer> make_table_printer(std::ostream& out) {
  return std::make_unique<TablePrinter>(out);
}

}  // namespace quorate::ctl
