#include "ctl/environment.h"

#include <algorithm>
#include <map>
#include <ostream>

#include "common/clock.h"
#include "common/log_line.h"

namespace quorate::ctl {
namespace {

constexpr std::string_view kPrefix = "ETCDCTL_";

void log(std::ostream& err, LogLevel level, const LogMessage& message, LogFields fields) {
  err << log_line(LogFormat::json, LogTime::microseconds, SystemClock{}.wall(), level, message,
                  fields)
      << '\n';
}

std::map<std::string, Flag*> flags_by_variable(const FlagSets& sets) {
  std::map<std::string, Flag*> flags;
  for (FlagSet* set : sets) {
    for (auto& [name, flag] : set->all()) flags.emplace(variable_name(name), &flag);
  }
  return flags;
}

}  // namespace

std::string variable_name(std::string_view flag_name) {
  std::string name{kPrefix};
  for (const char c : flag_name) {
    const bool is_lower = c >= 'a' && c <= 'z';
    name += c == '-' ? '_' : is_lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

Outcome<> apply_environment(const FlagSets& sets, const std::vector<std::string>& variables,
                            const std::vector<std::string>& known, std::ostream& err) {
  const auto flags = flags_by_variable(sets);
  for (const std::string& variable : variables) {
    if (!variable.starts_with(kPrefix)) continue;
    const auto equals = variable.find('=');
    const std::string name = variable.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : variable.substr(equals + 1);
    const auto found = flags.find(name);
    if (found == flags.end()) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      log(err, LogLevel::warn, "unrecognized environment variable",
          {{"environment-variable", variable}});
    } else if (found->second->was_given) {
      log(err, LogLevel::fatal,
          "conflicting environment variable is shadowed by corresponding command-line flag "
          "(either unset environment variable or disable flag))",
          {{"environment-variable", name}});
      return Failure{kExitError, {}};
    } else if (!value.empty()) {
      if (const Status set = found->second->set(value); !set) {
        log(err, LogLevel::warn, "environment variable without effect: it cannot be read",
            {{"environment-variable", variable}, {"error", set.error().message}});
      }
    }
  }
  return boost::system::in_place_value;
}

}  // namespace quorate::ctl
