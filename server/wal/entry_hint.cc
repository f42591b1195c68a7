#include "server/wal/entry_hint.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <string_view>
#include <vector>

#include "proto/raft.pb.h"
#include "proto/raft_internal.pb.h"

namespace quorate::wal {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kTextMax = 64;

// Fields worth showing, by name, in whatever request they are.
constexpr std::array<std::string_view, 14> kShown{
    "key",  "range_end", "lease",  "revision", "TTL",       "ID",  "name",
    "user", "role",      "Method", "Path",     "member_ID", "ver", "enabled"};

std::string quoted(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes.substr(0, kTextMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += {'\\', c};
    } else if (byte >= 0x20 && byte < 0x7f) {
      text += c;
    } else {
      char escaped[5];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
      text += escaped;
    }
  }
  return text + (bytes.size() > kTextMax ? "\"..." : "\"");
}

std::string hex(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(number));
  return text;
}

std::string value_of(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return quoted(reflection.GetStringReference(message, &field, &scratch));
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const auto number = reflection.GetInt64(message, &field);
      const bool is_id = field.name() == "ID" || field.name() == "lease";
      return is_id ? hex(static_cast<std::uint64_t>(number)) : std::to_string(number);
    }
    case FieldDescriptor::CPPTYPE_UINT64:
      return hex(reflection.GetUInt64(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "false";
    default:
      return "?";
  }
}

std::string describe(const Message& message) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  std::string text;
  for (const auto* field : fields) {
    const auto& name = field->name();
    if (field->is_repeated()) {
      text += " " + name + "=" + std::to_string(reflection.FieldSize(message, field));
    } else if (name == "value") {
      std::string scratch;
      const auto& value = reflection.GetStringReference(message, field, &scratch);
      text += " value=" + std::to_string(value.size()) + "B";
    } else if (std::find(kShown.begin(), kShown.end(), name) != kShown.end()) {
      text += " " + name + "=" + value_of(message, *field);
    }
  }
  return text;
}

template <class T>
bool parse(const SharedBytes& data, T& message) {
  const auto bytes = data.view();
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return false;
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

std::string request_hint(const SharedBytes& data) {
  etcdserverpb::InternalRaftRequest request;
  if (data.empty()) return "nothing";  // with this a leader begins its term
  if (!parse(data, request)) return "unreadable";
  const auto& reflection = *request.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(request, &fields);
  std::string text;
  for (const auto* field : fields) {
    if (field->name() == "header" || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
      continue;
    if (!text.empty()) text += ", ";
    text += field->name() + describe(reflection.GetMessage(request, field));
  }
  return text.empty() ? "no request" : text;
}

std::string conf_change_hint(const SharedBytes& data) {
  raftpb::ConfChange change;
  if (!parse(data, change)) return "unreadable";
  return raftpb::ConfChangeType_Name(change.type()) + " member=" + hex(change.node_id());
}

std::string conf_change_v2_hint(const SharedBytes& data) {
  raftpb::ConfChangeV2 change;
  if (!parse(data, change)) return "unreadable";
  std::string text = raftpb::ConfChangeTransition_Name(change.transition());
  for (const auto& single : change.changes()) {
    text += " " + raftpb::ConfChangeType_Name(single.type()) + " member=" + hex(single.node_id());
  }
  return text;
}

}  // namespace

std::string entry_hint(const raft::Entry& entry) {
  switch (entry.type) {
    case raft::EntryType::normal:
      return request_hint(entry.data);
    case raft::EntryType::conf_change:
      return conf_change_hint(entry.data);
    case raft::EntryType::conf_change_v2:
      return conf_change_v2_hint(entry.data);
  }
  return "unreadable";
}

}  // namespace quorate::wal
