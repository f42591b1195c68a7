// Fills a Config from flags and knows which were given.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/config/flag.h"

namespace quorate::config {

class FlagSet {
 public:
  // Requires: `config` outlives this.
  explicit FlagSet(Config& config);
  FlagSet(const FlagSet&) = delete;  // the table points into it
  FlagSet& operator=(const FlagSet&) = delete;

  // Reads a command line as Go's flag package does: -f and --f are the same, --f v or --f=v,
  // booleans only --b or --b=v, the last of several wins, "--" or a word ends the flags.
  // Throws ConfigError: for help, for a flag that is unknown, incomplete or has a bad value, and
  // for a word that is no flag.
  void parse(std::span<const std::string> words);

  // Takes a value from elsewhere. Requires: a flag of that name.
  Status set(std::string_view name, std::string_view text);

  // True for the spelling used: --experimental-x does not set --x.
  [[nodiscard]] bool is_set(std::string_view name) const { return given_.contains(name); }

  // Throws ConfigError when two spellings of one setting were given.
  void check_spellings() const;

  // Every name that can be given, old spellings included, sorted.
  [[nodiscard]] const std::map<std::string, const Flag*, std::less<>>& names() const {
    return names_;
  }
  [[nodiscard]] const std::vector<Flag>& table() const { return table_; }

  [[nodiscard]] const std::string& config_file() const { return config_file_; }
  [[nodiscard]] bool wants_version() const { return wants_version_; }

 private:
  // One flag off the front of `words`.
  void parse_one(std::span<const std::string>& words);
  void check_gate(const Flag& flag, const Gate& gate) const;

  std::string config_file_;
  bool wants_version_ = false;
  std::vector<Flag> table_;
  std::map<std::string, const Flag*, std::less<>> names_;
  std::map<std::string, std::string, std::less<>> given_;  // name to its last text
};

}  // namespace quorate::config
