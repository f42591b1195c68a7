#include "server/config/environment.h"

#include <set>

#include <fmt/format.h>

#include "common/go_text.h"
#include "server/config/config_error.h"

namespace quorate::config {
namespace {

constexpr std::string_view kPrefix = "ETCD_";
constexpr std::string_view kVersionVariable = "ETCD_VERSION";

void use(FlagSet& flags, const std::string& name, const std::string& variable,
         const std::string& value, const Log& log) {
  if (const Status done = flags.set(name, value); !done) {
    throw ConfigError{kExitRefused, fmt::format("invalid value {} for {}: {}", go_quoted(value),
                                                variable, done.error().message)};
  }
  log.info("recognized and used environment variable",
           {{"variable-name", variable}, {"variable-value", value}});
}

}  // namespace

std::string variable_name(std::string_view flag) {
  std::string name{kPrefix};
  for (const char c : flag) {
    name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

std::string value_of(const std::vector<std::string>& environment, std::string_view variable) {
  for (const std::string& entry : environment) {
    if (entry.starts_with(variable) && entry.size() > variable.size() &&
        entry[variable.size()] == '=') {
      return entry.substr(variable.size() + 1);
    }
  }
  return {};
}

void apply_environment(FlagSet& flags, const std::vector<std::string>& environment,
                       const Log& log) {
  if (const auto version = value_of(environment, kVersionVariable); !version.empty()) {
    log.warn("cannot set special environment variable",
             {{"key", kVersionVariable}, {"value", version}});
  }
  std::set<std::string, std::less<>> shadowed;
  std::set<std::string, std::less<>> known{std::string{kVersionVariable}};
  for (const auto& [name, flag] : flags.names()) {
    const std::string variable = variable_name(name);
    if (flags.is_set(name)) {
      shadowed.insert(variable);
    } else if (known.insert(variable).second) {
      const std::string value = value_of(environment, variable);
      if (!value.empty()) use(flags, name, variable, value, log);
    }
  }
  for (const std::string& entry : environment) {
    const std::string_view variable = std::string_view{entry}.substr(0, entry.find('='));
    if (shadowed.contains(variable)) {
      const std::string reason =
          "conflicting environment variable is shadowed by corresponding command-line flag (either "
          "unset environment variable or disable flag))";
      log.fatal(reason, {{"environment-variable", variable}});
      ConfigError error{kExitRefused, reason};
      error.is_logged = true;
      throw error;
    }
    if (variable.starts_with(kPrefix) && !known.contains(variable)) {
      log.warn("unrecognized environment variable", {{"environment-variable", entry}});
    }
  }
}

}  // namespace quorate::config
