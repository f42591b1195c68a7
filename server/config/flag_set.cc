#include "server/config/flag_set.h"

#include <fmt/format.h>

#include "common/comma_list.h"
#include "common/ensure.h"
#include "common/go_text.h"
#include "server/config/config_error.h"
#include "server/config/help.h"

namespace quorate::config {
namespace {

[[noreturn]] void refuse_syntax(const std::string& reason) {
  ConfigError error{kExitSyntax, reason};
  error.err = reason + "\n" + usage_text();
  throw error;
}

}  // namespace

FlagSet::FlagSet(Config& config) : table_{flag_table(config)} {
  table_.push_back({"config-file",
                    &config_file_,
                    "YAML or JSON file with all settings; flags and variables then count for "
                    "nothing.",
                    Group::member,
                    {},
                    std::string{kNotInFile}});
  table_.push_back({"version",
                    &wants_version_,
                    "Print the version and end.",
                    Group::member,
                    {},
                    std::string{kNotInFile}});
  for (const Flag& flag : table_) {
    if (flag.name != kOnlyInFile) ENSURE(names_.emplace(flag.name, &flag).second);
    if (!flag.old_name.empty()) ENSURE(names_.emplace(flag.old_name, &flag).second);
  }
}

void FlagSet::parse(std::span<const std::string> words) {
  while (!words.empty() && words[0].size() > 1 && words[0][0] == '-') {
    if (words[0] == "--") {
      words = words.subspan(1);
      break;
    }
    parse_one(words);
  }
  if (!words.empty()) {
    throw ConfigError{kExitRefused, fmt::format("{} is not a valid flag", go_quoted(words[0]))};
  }
}

void FlagSet::parse_one(std::span<const std::string>& words) {
  const std::string& word = words[0];
  const std::string body = word.substr(word.starts_with("--") ? 2 : 1);
  if (body.empty() || body[0] == '-' || body[0] == '=') refuse_syntax("bad flag syntax: " + word);
  words = words.subspan(1);

  const auto equals = body.find('=');
  const std::string name = body.substr(0, equals);
  const auto found = names_.find(name);
  if (found == names_.end()) {
    if (name == "help" || name == "h") throw help_answer(*this);
    refuse_syntax("flag provided but not defined: -" + name);
  }
  const bool boolean = is_boolean(found->second->target);
  std::string text = "true";
  if (equals != std::string::npos) {
    text = body.substr(equals + 1);
  } else if (!boolean) {
    if (words.empty()) refuse_syntax("flag needs an argument: -" + name);
    text = words[0];
    words = words.subspan(1);
  }
  if (const Status done = set(name, text); !done) {
    refuse_syntax(fmt::format("invalid {}value {} for {}-{}: {}", boolean ? "boolean " : "",
                              go_quoted(text), boolean ? "" : "flag ", name, done.error().message));
  }
}

Status FlagSet::set(std::string_view name, std::string_view text) {
  const auto found = names_.find(name);
  ENSURE(found != names_.end());
  const Status done = assign(found->second->target, text);
  if (done) given_.insert_or_assign(std::string{name}, std::string{text});
  return done;
}

void FlagSet::check_spellings() const {
  for (const Flag& flag : table_) {
    if (const auto* gate = std::get_if<Gate>(&flag.target)) check_gate(flag, *gate);
    if (!flag.old_name.empty() && is_set(flag.old_name) && is_set(flag.name)) {
      throw ConfigError{kExitRefused,
                        fmt::format("cannot set --{0} and --{1} at the same time, please use --{1} "
                                    "only",
                                    flag.old_name, flag.name)};
    }
  }
}

void FlagSet::check_gate(const Flag& flag, const Gate& gate) const {
  const auto old = given_.find(flag.name);
  const auto gates = given_.find("feature-gates");
  if (old == given_.end() || gates == given_.end()) return;
  const std::string_view feature = feature_name(gate.feature);
  for (const std::string& item : split_commas(gates->second)) {
    const auto equals = item.find('=');
    if (trimmed(std::string_view{item}.substr(0, equals)) != feature) continue;
    const auto wanted = fmt::format("--feature-gates={}={}", feature, item.substr(equals + 1));
    throw ConfigError{kExitRefused,
                      fmt::format("cannot specify both flags: --{}={} and {} at the same time, "
                                  "please just use {}",
                                  flag.name, old->second, wanted, wanted)};
  }
}

}  // namespace quorate::config
