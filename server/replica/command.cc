#include "server/replica/command.h"

#include <array>
#include <utility>

#include "common/ensure.h"
#include "common/parse_message.h"
#include "common/wire.h"

namespace quorate::replica {
namespace {

constexpr std::uint32_t kHeaderField = 100;

// Field numbers of InternalRaftRequest, in the order of the variant's alternatives.
constexpr std::array<std::uint32_t, std::variant_size_v<Request>> kFields{4, 5, 6, 7, 1300, 1301};

std::string encode_header(const CommandHeader& header) {
  std::string out;
  wire::append_number(1, header.id.value(), out);
  if (!header.username.empty()) wire::append_bytes(2, header.username, out);
  wire::append_number(3, header.auth_revision, out);
  return out;
}

CommandHeader decode_header(std::string_view bytes) {
  CommandHeader header;
  wire::Reader reader{bytes};
  while (const auto field = reader.next()) {
    if (field->number == 1) header.id = RequestId{field->value};
    if (field->number == 2) header.username = field->bytes;
    if (field->number == 3) header.auth_revision = field->value;
  }
  return header;
}

template <std::size_t Kind>
bool parse_as(std::string_view bytes, Request& out) {
  return parse_message(bytes, out.emplace<Kind>());
}

template <std::size_t... Kinds>
bool parse_kind(std::size_t kind, std::string_view bytes, Request& out,
                std::index_sequence<Kinds...>) {
  return ((kind == Kinds && parse_as<Kinds>(bytes, out)) || ...);
}

std::size_t kind_of_field(std::uint32_t number) {
  std::size_t kind = 0;
  while (kind < kFields.size() && kFields[kind] != number) ++kind;
  return kind;
}

}  // namespace

std::size_t encoded_size(const CommandHeader& header, std::size_t kind, std::size_t wire_size) {
  return wire::bytes_size(kFields[kind], wire_size) +
         wire::bytes_size(kHeaderField, encode_header(header).size());
}

SharedBytes encode_command(const CommandHeader& header, std::size_t kind, std::string_view wire) {
  ENSURE(kind < kFields.size());
  std::string out;
  out.reserve(wire.size() + 48 + header.username.size());
  // The header's number lies between those of the data and those of the administration.
  const bool header_first = kFields[kind] > kHeaderField;
  if (header_first) wire::append_bytes(kHeaderField, encode_header(header), out);
  wire::append_bytes(kFields[kind], wire, out);
  if (!header_first) wire::append_bytes(kHeaderField, encode_header(header), out);
  return SharedBytes{out};
}

SharedBytes encode_command(const Command& command) {
  const auto wire =
      std::visit([](const auto& request) { return request.SerializeAsString(); }, command.request);
  return encode_command(command.header, command.request.index(), wire);
}

RequestId command_id(std::string_view data) {
  wire::Reader reader{data};
  while (const auto field = reader.next()) {
    if (field->number == kHeaderField) return decode_header(field->bytes).id;
  }
  return {};
}

Result<Command> decode_command(std::string_view data) {
  Command command;
  bool is_known = false;
  wire::Reader reader{data};
  while (const auto field = reader.next()) {
    if (field->type != wire::Type::bytes) continue;
    if (field->number == kHeaderField) {
      command.header = decode_header(field->bytes);
      continue;
    }
    const std::size_t kind = kind_of_field(field->number);
    if (kind == kFields.size()) continue;
    if (!parse_kind(kind, field->bytes, command.request,
                    std::make_index_sequence<std::variant_size_v<Request>>{})) {
      return Error{Code::data_loss, "a request in the log cannot be parsed"};
    }
    is_known = true;
  }
  if (!reader.is_sound()) return Error{Code::data_loss, "an entry of the log cannot be parsed"};
  if (!is_known) return Error{Code::unimplemented, "an entry of the log is of an unknown kind"};
  return command;
}

}  // namespace quorate::replica
