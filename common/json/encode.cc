#include <charconv>
#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "common/ensure.h"
#include "common/json/base64.h"
#include "common/json/message_json.h"
#include "common/json/string_literal.h"

namespace quorate {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

template <class T>
void append_number(T number, std::string& out) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  out.append(buffer, end);
}

template <class T>
void append_quoted_number(T number, std::string& out) {
  out.push_back('"');
  append_number(number, out);
  out.push_back('"');
}

void append_enum(int number, const FieldDescriptor& field, std::string& out) {
  const auto* value = field.enum_type()->FindValueByNumber(number);
  if (value == nullptr) return append_number(number, out);
  json::append_string(value->name(), out);
}

void append_string(const std::string& value, const FieldDescriptor& field, std::string& out) {
  if (field.type() != FieldDescriptor::TYPE_BYTES) return json::append_string(value, out);
  out.push_back('"');
  json::append_base64(value, out);
  out.push_back('"');
}

// A field's value, or one element of a repeated field.
struct Place {
  const Message& message;
  const Reflection& reflection;
  const FieldDescriptor& field;
  int index;  // of the element

  template <class One, class Element>
  auto get(One one, Element element) const {
    return field.is_repeated() ? (reflection.*element)(message, &field, index)
                               : (reflection.*one)(message, &field);
  }
  const std::string& string(std::string& scratch) const {
    return field.is_repeated()
               ? reflection.GetRepeatedStringReference(message, &field, index, &scratch)
               : reflection.GetStringReference(message, &field, &scratch);
  }
  const Message& sub_message() const {
    return field.is_repeated() ? reflection.GetRepeatedMessage(message, &field, index)
                               : reflection.GetMessage(message, &field);
  }
};

void append_value(const Place& place, std::string& out) {
  switch (place.field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return append_number(place.get(&Reflection::GetInt32, &Reflection::GetRepeatedInt32), out);
    case FieldDescriptor::CPPTYPE_UINT32:
      return append_number(place.get(&Reflection::GetUInt32, &Reflection::GetRepeatedUInt32), out);
    case FieldDescriptor::CPPTYPE_INT64:
      return append_quoted_number(place.get(&Reflection::GetInt64, &Reflection::GetRepeatedInt64),
                                  out);
    case FieldDescriptor::CPPTYPE_UINT64:
      return append_quoted_number(place.get(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64),
                                  out);
    case FieldDescriptor::CPPTYPE_BOOL:
      out += place.get(&Reflection::GetBool, &Reflection::GetRepeatedBool) ? "true" : "false";
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      return append_enum(place.get(&Reflection::GetEnumValue, &Reflection::GetRepeatedEnumValue),
                         place.field, out);
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return append_string(place.string(scratch), place.field, out);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return append_json(place.sub_message(), out);
    default:
      ENSURE(!"a message type that our API does not have");
  }
}

void append_list(const Message& message, const Reflection& reflection, const FieldDescriptor& field,
                 int size, std::string& out) {
  out.push_back('[');
  for (int i = 0; i < size; ++i) {
    if (i > 0) out.push_back(',');
    append_value({message, reflection, field, i}, out);
  }
  out.push_back(']');
}

void append_name(const FieldDescriptor& field, bool is_first, std::string& out) {
  if (!is_first) out.push_back(',');
  out.push_back('"');
  out += field.name();
  out += "\":";
}

}  // namespace

void append_json(const Message& message, std::string& out) {
  const Reflection& reflection = *message.GetReflection();
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  bool is_first = true;
  out.push_back('{');
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.is_repeated()) {
      const int size = reflection.FieldSize(message, &field);
      if (size == 0) continue;
      append_name(field, is_first, out);
      append_list(message, reflection, field, size, out);
    } else {
      if (!reflection.HasField(message, &field)) continue;
      append_name(field, is_first, out);
      append_value({message, reflection, field, 0}, out);
    }
    is_first = false;
  }
  out.push_back('}');
}

}  // namespace quorate
