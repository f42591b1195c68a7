#include "server/replica/command.h"

#include <array>
#include <type_traits>
#include <utility>

#include "common/ensure.h"
#include "common/parse_message.h"
#include "common/wire.h"

namespace quorate::replica {
namespace {

constexpr std::uint32_t kHeaderField = 100;

// Field numbers of InternalRaftRequest, in the order of the variant's alternatives.
constexpr std::array<std::uint32_t, std::variant_size_v<Request>> kFields{
    4,    5,    6,    7,    8,    9,    10,   11,                            // keys, leases, alarms
    1000, 1011, 1012, 1100, 1101, 1103, 1104, 1105, 1200, 1201, 1203, 1204,  // users and roles
    1300, 1301, 1302};                                                       // the cluster

std::size_t header_size(const CommandHeader& header) {
  return wire::number_size(1, header.id.value()) +
         (header.who.username.empty() ? 0 : wire::bytes_size(2, header.who.username.size())) +
         wire::number_size(3, header.who.revision.value());
}

char* put_header(const CommandHeader& header, char* at) {
  at = wire::put_varint(wire::tag(kHeaderField, wire::Type::bytes), at);
  at = wire::put_varint(header_size(header), at);
  at = wire::put_number(1, header.id.value(), at);
  if (!header.who.username.empty()) at = wire::put_bytes(2, header.who.username, at);
  return wire::put_number(3, header.who.revision.value(), at);
}

// False when the bytes are no header.
bool decode_header(std::string_view bytes, CommandHeader& header) {
  wire::Reader reader{bytes};
  while (const auto field = reader.next()) {
    if (field->number == 1) header.id = RequestId{field->value};
    if (field->number == 2) header.who.username = field->bytes;
    if (field->number == 3) header.who.revision = auth::AuthRevision{field->value};
  }
  return reader.is_sound();
}

template <std::size_t Kind>
bool parse_as(std::string_view bytes, Request& out) {
  auto& request = out.emplace<Kind>();
  if constexpr (std::is_same_v<std::decay_t<decltype(request)>, PutView>) {
    return parse_put(bytes, request);
  } else {
    return parse_message(bytes, request);
  }
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

std::size_t encoded_size(const CommandHeader& header, const Request& request,
                         std::size_t wire_size) {
  return wire::bytes_size(kFields[request.index()], wire_size) +
         wire::bytes_size(kHeaderField, header_size(header));
}

Command make_command(CommandHeader header, Request request, std::string_view wire) {
  Command command{std::move(header), std::move(request), {}};
  const std::uint32_t field = kFields[command.request.index()];
  const std::size_t size = encoded_size(command.header, command.request, wire.size());
  const char* copy = nullptr;  // of the request's bytes
  command.data = SharedBytes::make(size, [&](char* at) {
    const char* end = at + size;
    // The header's number lies between those of the data and those of the administration.
    if (field > kHeaderField) at = put_header(command.header, at);
    at = wire::put_bytes(field, wire, at);
    copy = at - wire.size();
    if (field < kHeaderField) at = put_header(command.header, at);
    ENSURE(at == end);
  });
  if (auto* put = std::get_if<PutView>(&command.request)) {
    ENSURE(parse_put({copy, wire.size()}, *put));
  }
  return command;
}

RequestId command_id(std::string_view data) {
  wire::Reader reader{data};
  while (const auto field = reader.next()) {
    if (field->number != kHeaderField) continue;
    CommandHeader header;
    return decode_header(field->bytes, header) ? header.id : RequestId{};
  }
  return {};
}

Result<Command> decode_command(SharedBytes data) {
  Command command;
  bool is_known = false;
  wire::Reader reader{data.view()};
  while (const auto field = reader.next()) {
    if (field->type != wire::Type::bytes) continue;
    if (field->number == kHeaderField) {
      if (decode_header(field->bytes, command.header)) continue;
      return Error{Code::data_loss, "the header of an entry of the log cannot be parsed"};
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
  command.data = std::move(data);
  return command;
}

}  // namespace quorate::replica
