// Reading and printing values by the kind of their target.
#include <algorithm>

#include <fmt/format.h>

#include "common/comma_list.h"
#include "common/go_text.h"
#include "server/config/flag.h"

namespace quorate::config {
namespace {

Error bad(std::string message) {
  return Error{Code::invalid_argument, std::move(message)};
}

// Go's flag package words number errors in its own way.
Error number_error(const Error& error) {
  return bad(error.message == "value out of range" ? error.message : "parse error");
}

template <class T, class Parsed>
Status take(T* to, const Result<Parsed>& value) {
  if (!value) return number_error(value.error());
  *to = static_cast<T>(*value);
  return {};
}

std::vector<std::string> sorted_set(std::string_view list) {
  auto pieces = split_commas(list);
  std::sort(pieces.begin(), pieces.end());
  pieces.erase(std::unique(pieces.begin(), pieces.end()), pieces.end());
  return pieces;
}

bool is_among(std::string_view word, const std::vector<std::string_view>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

struct Assign {
  std::string_view text;

  Status operator()(bool* to) const { return take(to, parse_go_bool(text)); }
  Status operator()(std::int64_t* to) const { return take(to, parse_go_int(text)); }
  Status operator()(std::uint64_t* to) const { return take(to, parse_go_uint(text)); }
  Status operator()(std::uint32_t* to) const {
    const auto value = parse_go_uint(text, UINT32_MAX);
    if (!value) {
      return bad(
          fmt::format("strconv.ParseUint: parsing {}: {}", go_quoted(text), value.error().message));
    }
    *to = static_cast<std::uint32_t>(*value);
    return {};
  }
  Status operator()(std::string* to) const {
    *to = text;
    return {};
  }
  Status operator()(std::chrono::nanoseconds* to) const {
    const auto value = parse_go_duration(text);
    if (!value) return bad("parse error");
    *to = *value;
    return {};
  }
  Status operator()(std::chrono::milliseconds* to) const {
    const auto value = parse_go_uint(text);
    if (!value) return number_error(value.error());
    // Cut to some thirty years, so that nothing computed from it overflows.
    constexpr std::uint64_t kMax = std::uint64_t{1} << 40;
    *to = std::chrono::milliseconds{static_cast<std::int64_t>(std::min(*value, kMax))};
    return {};
  }
  Status operator()(std::vector<Url>* to) const {
    if (text.empty()) return {};  // keeps what there is, as in etcd
    auto urls = parse_unique_urls(text);
    if (!urls) return urls.error();
    *to = std::move(*urls);
    return {};
  }
  Status operator()(const StringList& list) const {
    *list.to = split_commas(text);
    return {};
  }
  Status operator()(const StringSet& set) const {
    *set.to = sorted_set(text);
    return {};
  }
  Status operator()(const Origins& origins) const {
    if (text == "*") {
      *origins.to = {"*"};
      return {};
    }
    const auto urls = parse_unique_urls(text);
    if (!urls) return urls.error();
    *origins.to = url_texts(*urls);
    return {};
  }
  Status operator()(const Choice& choice) const {
    if (!is_among(text, choice.words)) return bad("invalid value");
    *choice.to = text;
    return {};
  }
  Status operator()(const Choices& choices) const {
    for (const std::string& word : split_commas(text)) {
      if (!is_among(word, choices.words)) return bad("invalid value " + go_quoted(word));
    }
    return {};
  }
  Status operator()(FeatureGates* gates) const { return gates->set(text); }
  Status operator()(const Gate& gate) const {
    const auto is_on = parse_go_bool(text);
    if (!is_on) return number_error(is_on.error());
    gate.to->set(gate.feature, *is_on);
    return {};
  }
  Status operator()(const Nowhere&) const { return {}; }
};

struct Show {
  std::string operator()(const bool* from) const { return *from ? "true" : "false"; }
  std::string operator()(const std::int64_t* from) const { return std::to_string(*from); }
  std::string operator()(const std::uint64_t* from) const { return std::to_string(*from); }
  std::string operator()(const std::uint32_t* from) const { return std::to_string(*from); }
  std::string operator()(const std::string* from) const { return *from; }
  std::string operator()(const std::chrono::nanoseconds* from) const { return go_duration(*from); }
  std::string operator()(const std::chrono::milliseconds* from) const {
    return std::to_string(from->count());
  }
  std::string operator()(const std::vector<Url>* from) const {
    return join_commas(url_texts(*from));
  }
  std::string operator()(const StringList& list) const { return join_commas(*list.to); }
  std::string operator()(const StringSet& set) const { return join_commas(*set.to); }
  std::string operator()(const Origins& origins) const { return join_commas(*origins.to); }
  std::string operator()(const Choice& choice) const { return *choice.to; }
  std::string operator()(const Choices&) const { return ""; }
  std::string operator()(const FeatureGates*) const { return ""; }
  std::string operator()(const Gate& gate) const {
    return gate.to->enabled(gate.feature) ? "true" : "false";
  }
  std::string operator()(const Nowhere&) const { return ""; }
};

}  // namespace

bool is_boolean(const Target& target) {
  if (const auto* nowhere = std::get_if<Nowhere>(&target)) {
    return nowhere->form == Nowhere::Form::boolean;
  }
  return std::holds_alternative<bool*>(target) || std::holds_alternative<Gate>(target);
}

Status assign(const Target& target, std::string_view text) {
  return std::visit(Assign{text}, target);
}

std::string text_of(const Target& target) {
  return std::visit(Show{}, target);
}

}  // namespace quorate::config
