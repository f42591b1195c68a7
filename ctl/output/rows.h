// What the simple form prints with commas between and the table form in columns.
#pragma once

#include <string>
#include <vector>

#include "ctl/output/printer.h"
#include "ctl/output/table.h"

namespace quorate::ctl {

[[nodiscard]] Table member_table(const pb::MemberListResponse& response);
[[nodiscard]] Table health_table(const std::vector<EndpointHealth>& list);
[[nodiscard]] Table status_table(const std::vector<EndpointStatus>& list);
[[nodiscard]] Table hash_table(const std::vector<EndpointHash>& list);
[[nodiscard]] Table snapshot_table(const SnapshotStatus& status);

}  // namespace quorate::ctl
