#include "ctl/output/json_writer.h"

#include "common/json/base64.h"
#include "common/json/string_literal.h"

namespace quorate::ctl {

void JsonWriter::separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

void JsonWriter::raw(std::string_view value) {
  separate();
  text_ += value;
}

void JsonWriter::begin_object() {
  raw("{");
  needs_comma_ = false;
}

void JsonWriter::end_object() {
  text_ += '}';
  needs_comma_ = true;
}

void JsonWriter::begin_array() {
  raw("[");
  needs_comma_ = false;
}

void JsonWriter::end_array() {
  text_ += ']';
  needs_comma_ = true;
}

void JsonWriter::key(std::string_view name) {
  separate();
  json::append_string(name, text_);
  text_ += ':';
  needs_comma_ = false;
}

void JsonWriter::string(std::string_view text) {
  separate();
  json::append_string(text, text_);
}

void JsonWriter::bytes(std::string_view bytes) {
  separate();
  text_ += '"';
  json::append_base64(bytes, text_);
  text_ += '"';
}

void JsonWriter::flag_unless_false(std::string_view name, bool value) {
  if (!value) return;
  key(name);
  boolean(value);
}

void JsonWriter::string_unless_empty(std::string_view name, std::string_view text) {
  if (text.empty()) return;
  key(name);
  string(text);
}

void JsonWriter::bytes_unless_empty(std::string_view name, std::string_view text) {
  if (text.empty()) return;
  key(name);
  bytes(text);
}

}  // namespace quorate::ctl
