// Compact JSON, member by member, as Go's encoding/json prints it: numbers bare, bytes in base64,
// < > & escaped.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace quorate::ctl {

class JsonWriter {
 public:
  // ---- Structure. Within an object every value follows its key().

  void begin_object();
  void end_object();
  void begin_array();
  void end_array();
  void key(std::string_view name);

  // ---- Values

  void string(std::string_view text);
  void bytes(std::string_view bytes);
  template <std::integral T>
  void number(T value) {
    raw(std::to_string(value));
  }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }

  // ---- Members that are left out when they are zero or empty, as Go's omitempty does

  template <std::integral T>
  void number_unless_zero(std::string_view name, T value) {
    if (value == T{}) return;
    key(name);
    number(value);
  }
  void flag_unless_false(std::string_view name, bool value);
  void string_unless_empty(std::string_view name, std::string_view text);
  void bytes_unless_empty(std::string_view name, std::string_view text);
  template <class Strings>
  void strings_unless_empty(std::string_view name, const Strings& strings) {
    if (strings.empty()) return;
    key(name);
    begin_array();
    for (const auto& text : strings) string(text);
    end_array();
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void separate();
  void raw(std::string_view value);

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace quorate::ctl
