// Which proposal an entry that changes the members came from.
#pragma once

#include <string_view>

#include "common/id.h"
#include "common/wire.h"

namespace quorate::replica {

// Of a raftpb.ConfChange; 0 when there is none. Cheap.
[[nodiscard]] inline RequestId change_id(std::string_view data) {
  wire::Reader reader{data};
  while (const auto field = reader.next()) {
    if (field->number == 1) return RequestId{field->value};
  }
  return {};
}

}  // namespace quorate::replica
