#include "server/membership/downgrade.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include <nlohmann/json.hpp>

namespace quorate::membership {
namespace {

using Json = nlohmann::ordered_json;

// Takes digits from the front.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  if (text.empty() || text.front() == '-') return {};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

struct Minor {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  [[nodiscard]] std::string text() const {
    return std::to_string(major) + "." + std::to_string(minor) + ".0";
  }
};

std::optional<Minor> parse_minor(std::string_view text) {
  const auto major = take_number(text);
  if (!major || !take(text, '.')) return {};
  const auto minor = take_number(text);
  if (!minor) return {};
  if (text.empty()) return Minor{*major, *minor};
  if (!take(text, '.') || !take_number(text)) return {};
  if (!text.empty() && text.front() != '-' && text.front() != '+') return {};
  return Minor{*major, *minor};
}

}  // namespace

std::string to_json(const Downgrade& downgrade) {
  Json json;
  json["target-version"] = downgrade.target;
  json["enabled"] = downgrade.is_enabled;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Downgrade> parse_downgrade(std::string_view json) {
  const auto parsed = Json::parse(json, nullptr, false);
  if (!parsed.is_object()) return Error{Code::data_loss, "a stored downgrade cannot be read"};
  Downgrade out;
  const auto target = parsed.find("target-version");
  if (target != parsed.end() && target->is_string()) out.target = target->get<std::string>();
  const auto enabled = parsed.find("enabled");
  out.is_enabled = enabled != parsed.end() && enabled->is_boolean() && enabled->get<bool>();
  return out;
}

Result<std::string> downgrade_target(std::string_view version) {
  const auto parsed = parse_minor(version);
  if (parsed) return parsed->text();
  return Error{Code::invalid_argument, "etcdserver: wrong downgrade target version format"};
}

std::string allowed_downgrade(std::string_view cluster_version) {
  auto version = parse_minor(cluster_version).value_or(Minor{});
  --version.minor;
  return version.text();
}

}  // namespace quorate::membership
