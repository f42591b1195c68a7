#include "server/replica/put_view.h"

#include "common/wire.h"

namespace quorate::replica {

bool parse_put(std::string_view wire, PutView& out) {
  wire::Reader reader{wire};
  while (const auto field = reader.next()) {
    const bool is_bytes = field->number == 1 || field->number == 2;
    const bool is_known = is_bytes || (field->number >= 3 && field->number <= 6);
    if (is_known && field->type != (is_bytes ? wire::Type::bytes : wire::Type::varint)) {
      return false;
    }
    if (field->number == 1) out.key = field->bytes;
    if (field->number == 2) out.value = field->bytes;
    if (field->number == 3) out.lease = LeaseId{static_cast<std::int64_t>(field->value)};
    if (field->number == 4) out.prev_kv = field->value != 0;
    if (field->number == 5) out.ignore_value = field->value != 0;
    if (field->number == 6) out.ignore_lease = field->value != 0;
  }
  return reader.is_sound() && !reader.has_groups();
}

}  // namespace quorate::replica
