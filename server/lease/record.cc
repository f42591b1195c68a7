#include "server/lease/record.h"

#include "common/wire.h"

namespace quorate::lease {
namespace {

constexpr std::uint32_t kId = 1;
constexpr std::uint32_t kTtl = 2;
constexpr std::uint32_t kRemaining = 3;

std::string encode_key(LeaseId id) {
  const auto bits = static_cast<std::uint64_t>(id.value());
  std::string key;
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>((bits >> shift) & 0xff);
  return key;
}

LeaseId decode_key(std::string_view key) {
  std::uint64_t bits = 0;
  for (const char byte : key) bits = bits << 8 | static_cast<unsigned char>(byte);
  return LeaseId{static_cast<std::int64_t>(bits)};
}

Error damaged(const char* what) {
  return {Code::data_loss, std::string{"lease record: "} + what};
}

}  // namespace

RecordChange stored(const Record& record) {
  std::string value;
  wire::append_number(kId, record.id.value(), value);
  wire::append_number(kTtl, record.ttl, value);
  wire::append_number(kRemaining, record.remaining, value);
  return {encode_key(record.id), std::move(value)};
}

RecordChange removed(LeaseId id) {
  return {encode_key(id), {}};
}

Result<Record> parse_record(std::string_view key, std::string_view value) {
  if (key.size() != sizeof(LeaseId::rep)) return damaged("the key is not 8 bytes long");
  Record record;
  wire::Reader reader{value};
  while (const auto field = reader.next()) {
    if (field->number < kId || field->number > kRemaining) continue;
    if (field->type != wire::Type::varint) return damaged("a field is not a number");
    const auto number = static_cast<std::int64_t>(field->value);
    if (field->number == kId) record.id = LeaseId{number};
    if (field->number == kTtl) record.ttl = number;
    if (field->number == kRemaining) record.remaining = number;
  }
  if (!reader.is_sound()) return damaged("the value is no message");
  if (record.id == LeaseId{}) return damaged("it has no id");
  if (record.id != decode_key(key)) return damaged("key and value name different leases");
  if (record.ttl > kTtlMax) return damaged("the TTL is too large");
  if (record.remaining > kTtlMax) return damaged("the remaining TTL is too large");
  return record;
}

}  // namespace quorate::lease
