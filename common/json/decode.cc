#include "common/json/decode.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <boost/container/small_vector.hpp>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "common/ensure.h"
#include "common/json/base64.h"
#include "common/json/go_quote.h"
#include "common/json/integer.h"
#include "common/json/string_literal.h"

namespace quorate::json {

namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

Error invalid(std::string message) {
  return {Code::invalid_argument, std::move(message)};
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::object:
      return "object";
    case Kind::array:
      return "array";
    case Kind::string:
      return "string";
    case Kind::number:
      return "number";
    case Kind::boolean:
      return "bool";
    case Kind::null:
      return "null";
  }
  return "value";
}

Error mismatch(std::string_view what, std::string_view go_type) {
  std::string text = "json: cannot unmarshal ";
  text += what;
  text += " into Go value of type ";
  text += go_type;
  return invalid(std::move(text));
}

// etcdserverpb.RangeRequest.SortOrder is etcdserverpb.RangeRequest_SortOrder in Go.
std::string go_name(const EnumDescriptor& type) {
  std::string name = type.full_name();
  const std::string& package = type.file()->package();
  if (!package.empty()) {
    std::replace(name.begin() + static_cast<std::ptrdiff_t>(package.size()) + 1, name.end(), '.',
                 '_');
  }
  return name;
}

// Where a value goes: a field, or one more element of a repeated field.
class Slot {
 public:
  Slot(Message& message, const FieldDescriptor& field)
      : message_{message}, reflection_{*message.GetReflection()}, field_{field} {}

  [[nodiscard]] const FieldDescriptor& field() const { return field_; }

  void put(std::int32_t v) const { write(&Reflection::SetInt32, &Reflection::AddInt32, v); }
  void put(std::int64_t v) const { write(&Reflection::SetInt64, &Reflection::AddInt64, v); }
  void put(std::uint32_t v) const { write(&Reflection::SetUInt32, &Reflection::AddUInt32, v); }
  void put(std::uint64_t v) const { write(&Reflection::SetUInt64, &Reflection::AddUInt64, v); }
  void put(bool v) const { write(&Reflection::SetBool, &Reflection::AddBool, v); }
  void put(std::string v) const {
    write(&Reflection::SetString, &Reflection::AddString, std::move(v));
  }
  void put_enum(std::int32_t v) const {
    write(&Reflection::SetEnumValue, &Reflection::AddEnumValue, v);
  }
  [[nodiscard]] Message& sub_message() const {
    return field_.is_repeated() ? *reflection_.AddMessage(&message_, &field_)
                                : *reflection_.MutableMessage(&message_, &field_);
  }

 private:
  template <class Member, class T>
  void write(Member set, Member add, T value) const {
    const auto how = field_.is_repeated() ? add : set;
    (reflection_.*how)(&message_, &field_, std::move(value));
  }

  Message& message_;
  const Reflection& reflection_;
  const FieldDescriptor& field_;
};

class Decoder {
 public:
  Decoder(std::string_view text, const std::vector<Token>& tokens) : text_{text}, tokens_{tokens} {}

  Status message(std::uint32_t at, Message& out, int depth) const;

 private:
  // Which of an object's values a field takes; 0 = none, since 0 is the outermost value.
  struct Source {
    std::uint32_t value = 0;
    bool is_camel = false;  // named in lowerCamelCase
  };
  using Sources = boost::container::small_vector<Source, 16>;

  [[nodiscard]] Sources sources(std::uint32_t object, const Message& out) const;
  void note(std::uint32_t key, const google::protobuf::Descriptor& type, Sources& found) const;
  Status oneof_members(const Sources& found, Message& out, int depth) const;
  Status field(std::uint32_t at, const Slot& slot, int depth) const;
  Status value(std::uint32_t at, const Slot& slot, int depth) const;
  template <class T>
  Status number(const Token& token, const Slot& slot, std::string_view go_type) const;
  template <class T>
  Result<T> integer(const Token& token, std::string_view go_type) const;
  Status enumeration(const Token& token, const Slot& slot) const;
  Status bytes(std::uint32_t at, const Slot& slot) const;
  Status bytes_from_numbers(std::uint32_t at, const Slot& slot) const;
  Status text(const Token& token, const Slot& slot) const;

  [[nodiscard]] std::string_view view(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

  std::string_view text_;
  const std::vector<Token>& tokens_;
};

// As Go's jsonpb: first it is settled which value each field takes, then fields are read in the
// order of their declaration, members of oneofs last. So of two mistakes the same one is reported.
Status Decoder::message(std::uint32_t at, Message& out, int depth) const {
  const Token& token = tokens_[at];
  if (token.kind != Kind::object) {
    return mismatch(kind_name(token.kind), "map[string]json.RawMessage");
  }
  if (depth > kMessageDepthMax) return invalid("json: messages are nested too deeply");
  const Sources found = sources(at, out);
  const google::protobuf::Descriptor& type = *out.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const std::uint32_t source = found[static_cast<std::size_t>(i)].value;
    const FieldDescriptor& descriptor = *type.field(i);
    if (source == 0 || descriptor.real_containing_oneof() != nullptr) continue;
    if (Status done = field(source, Slot{out, descriptor}, depth); !done) return done;
  }
  return type.real_oneof_decl_count() == 0 ? Status{} : oneof_members(found, out, depth);
}

Decoder::Sources Decoder::sources(std::uint32_t object, const Message& out) const {
  const google::protobuf::Descriptor& type = *out.GetDescriptor();
  Sources found(static_cast<std::size_t>(type.field_count()));
  const std::uint32_t end = tokens_[object].next;
  for (std::uint32_t key = object + 1; key < end; key = tokens_[key + 1].next) {
    note(key, type, found);
  }
  return found;
}

void Decoder::note(std::uint32_t key, const google::protobuf::Descriptor& type,
                   Sources& found) const {
  std::string unescaped;
  std::string_view name = view(tokens_[key]);
  if (tokens_[key].has_escapes) {
    unescape(name, unescaped);
    name = unescaped;
  }
  for (int i = 0; i < type.field_count(); ++i) {
    const bool is_camel = name == type.field(i)->json_name();
    if (!is_camel && name != type.field(i)->name()) continue;
    Source& source = found[static_cast<std::size_t>(i)];
    if (is_camel || !source.is_camel) source = {key + 1, is_camel};
    return;
  }
}

// In the order of the text: of two members of one oneof the later one stays.
Status Decoder::oneof_members(const Sources& found, Message& out, int depth) const {
  const google::protobuf::Descriptor& type = *out.GetDescriptor();
  boost::container::small_vector<std::pair<std::uint32_t, int>, 8> members;
  for (int i = 0; i < type.field_count(); ++i) {
    const std::uint32_t source = found[static_cast<std::size_t>(i)].value;
    if (source != 0 && type.field(i)->real_containing_oneof() != nullptr) {
      members.emplace_back(source, i);
    }
  }
  std::sort(members.begin(), members.end());
  for (const auto& [source, i] : members) {
    if (Status done = field(source, Slot{out, *type.field(i)}, depth); !done) return done;
  }
  return {};
}

Status Decoder::field(std::uint32_t at, const Slot& slot, int depth) const {
  const Token& token = tokens_[at];
  if (token.kind == Kind::null) return {};
  if (!slot.field().is_repeated()) return value(at, slot, depth);
  if (token.kind != Kind::array) return mismatch(kind_name(token.kind), "[]json.RawMessage");
  for (std::uint32_t element = at + 1; element < token.next; element = tokens_[element].next) {
    if (Status done = value(element, slot, depth); !done) return done;
  }
  return {};
}

Status Decoder::value(std::uint32_t at, const Slot& slot, int depth) const {
  const Token& token = tokens_[at];
  switch (slot.field().cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return number<std::int32_t>(token, slot, "int32");
    case FieldDescriptor::CPPTYPE_INT64:
      return number<std::int64_t>(token, slot, "int64");
    case FieldDescriptor::CPPTYPE_UINT32:
      return number<std::uint32_t>(token, slot, "uint32");
    case FieldDescriptor::CPPTYPE_UINT64:
      return number<std::uint64_t>(token, slot, "uint64");
    case FieldDescriptor::CPPTYPE_ENUM:
      return enumeration(token, slot);
    case FieldDescriptor::CPPTYPE_BOOL:
      if (token.kind == Kind::boolean || token.kind == Kind::null) {
        slot.put(text_[token.begin] == 't');
        return {};
      }
      return mismatch(kind_name(token.kind), "bool");
    case FieldDescriptor::CPPTYPE_STRING:
      return slot.field().type() == FieldDescriptor::TYPE_BYTES ? bytes(at, slot)
                                                                : text(token, slot);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return message(at, slot.sub_message(), depth + 1);
    default:
      ENSURE(!"a message type that our API does not have");
  }
  return {};
}

// What an integer written as a string says: Go reads the string's content as JSON once more. Null
// is no number.
Result<std::string_view> quoted_number(std::string_view content, std::string_view go_type) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!content.empty() && content[0] != '0' &&
      std::all_of(content.begin(), content.end(), is_digit)) {
    return content;
  }
  Scanner scanner;
  const Scanner::State state = scanner.scan(std::string{content} + " ");
  if (state == Scanner::State::failed) return invalid(scanner.error());
  if (state == Scanner::State::more) return invalid("unexpected end of JSON input");
  const std::string_view rest = content.substr(std::min(scanner.end(), content.size()));
  const auto after = std::find_if_not(rest.begin(), rest.end(), is_space);
  if (after != rest.end()) return invalid(invalid_character(*after, "after top-level value"));
  const Token& token = scanner.tokens()[0];
  if (token.kind == Kind::null) return "0";
  if (token.kind != Kind::number) return mismatch(kind_name(token.kind), go_type);
  return content.substr(token.begin, token.end - token.begin);
}

template <class T>
Result<T> Decoder::integer(const Token& token, std::string_view go_type) const {
  std::string_view number = view(token);
  if (token.kind == Kind::null) return T{0};
  if (token.kind == Kind::string) {
    const auto quoted = quoted_number(number, go_type);
    if (!quoted) return quoted.error();
    number = *quoted;
  } else if (token.kind != Kind::number) {
    return mismatch(kind_name(token.kind), go_type);
  }
  const auto value = integer_of<T>(number);
  if (value) return *value;
  return mismatch("number " + std::string{number}, go_type);
}

template <class T>
Status Decoder::number(const Token& token, const Slot& slot, std::string_view go_type) const {
  const auto value = integer<T>(token, go_type);
  if (!value) return value.error();
  slot.put(*value);
  return {};
}

Status Decoder::enumeration(const Token& token, const Slot& slot) const {
  const EnumDescriptor& type = *slot.field().enum_type();
  if (token.kind != Kind::string) {
    const auto number = integer<std::int32_t>(token, go_name(type));
    if (!number) return number.error();
    slot.put_enum(*number);
    return {};
  }
  const std::string name{view(token)};
  const google::protobuf::EnumValueDescriptor* found = type.FindValueByName(name);
  if (found != nullptr) {
    slot.put_enum(found->number());
    return {};
  }
  std::string text = "unknown value ";
  append_quoted(name, text);
  return invalid(text + " for enum " + go_name(type));
}

Status Decoder::bytes(std::uint32_t at, const Slot& slot) const {
  const Token& token = tokens_[at];
  std::string decoded;
  if (token.kind == Kind::array) return bytes_from_numbers(at, slot);
  if (token.kind == Kind::string) {
    std::string unescaped;
    std::string_view literal = view(token);
    if (token.has_escapes) {
      unescape(literal, unescaped);
      literal = unescaped;
    }
    if (const auto wrong = decode_base64(literal, decoded)) {
      return invalid("illegal base64 data at input byte " + std::to_string(*wrong));
    }
  } else if (token.kind != Kind::null) {
    return mismatch(kind_name(token.kind), "[]uint8");
  }
  slot.put(std::move(decoded));
  return {};
}

// Go also takes bytes as a list of numbers.
Status Decoder::bytes_from_numbers(std::uint32_t at, const Slot& slot) const {
  std::string decoded;
  for (std::uint32_t i = at + 1; i < tokens_[at].next; i = tokens_[i].next) {
    const Token& token = tokens_[i];
    if (token.kind == Kind::string) return mismatch("string", "uint8");
    const auto byte = integer<std::uint8_t>(token, "uint8");
    if (!byte) return byte.error();
    decoded.push_back(static_cast<char>(*byte));
  }
  slot.put(std::move(decoded));
  return {};
}

Status Decoder::text(const Token& token, const Slot& slot) const {
  std::string unescaped;
  if (token.kind == Kind::string) {
    unescape(view(token), unescaped);
  } else if (token.kind != Kind::null) {
    return mismatch(kind_name(token.kind), "string");
  }
  slot.put(std::move(unescaped));
  return {};
}

}  // namespace

Status decode(std::string_view text, const std::vector<Token>& tokens, Message& out) {
  if (tokens[0].kind == Kind::null) return {};
  return Decoder{text, tokens}.message(0, out, 1);
}

}  // namespace quorate::json
