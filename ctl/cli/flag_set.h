// Flags as etcdctl's users write them: anywhere among the words, --name=value or --name value,
// -n value or -nvalue, `--` ends them; the last of several wins, lists grow. Error texts are those
// of the library etcdctl is made with, which is why this is not left to another one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace quorate::ctl {

struct Flag {
  std::string name;
  char letter = 0;  // of the short form; 0 = none
  std::string help;
  std::string type;          // shown in help: "string", "int", ...; empty for a bool
  std::string default_text;  // shown in help; empty = nothing to show
  std::function<Status(std::string_view)> set;
  std::function<std::string()> text;  // the current value
  bool was_given = false;             // on the command line

  [[nodiscard]] bool is_bool() const { return type.empty(); }
};

// Flags that write into variables of their owner, which must outlive the set. What the variable
// holds when its flag is added is the default.
class FlagSet {
 public:
  using Duration = std::chrono::nanoseconds;

  // `name` may carry a letter: "interactive,i".
  void add(std::string_view name, bool& target, std::string help);
  void add(std::string_view name, std::string& target, std::string help);
  void add(std::string_view name, std::int64_t& target, std::string help);
  void add(std::string_view name, std::uint64_t& target, std::string help);
  void add(std::string_view name, Duration& target, std::string help);
  void add(std::string_view name, std::vector<std::string>& target, std::string help);

  [[nodiscard]] Flag* find(std::string_view name);
  [[nodiscard]] Flag* find(char letter);
  [[nodiscard]] std::map<std::string, Flag>& all() { return flags_; }  // by name
  [[nodiscard]] bool empty() const { return flags_.empty(); }

  // The block of a help page: "  -w, --write-out string   text (default "simple")" and a line end
  // for each flag, sorted, texts aligned.
  [[nodiscard]] std::string help() const;

 private:
  Flag& add_flag(std::string_view name, std::string help, std::string type);

  std::map<std::string, Flag> flags_;
};

// Several sets seen as one; the first that has a flag wins.
using FlagSets = std::vector<FlagSet*>;
[[nodiscard]] Flag* find(const FlagSets& sets, std::string_view name);
[[nodiscard]] Flag* find(const FlagSets& sets, char letter);

struct ParsedWords {
  std::vector<std::string> positionals;
  std::optional<std::size_t> separator;  // how many of them stand before "--", if that is there
  bool wants_help = false;               // -h or --help
};
// Sets the flags among `words`. Errors: "unknown flag: --x", "flag needs an argument: 'w' in -w",
// `invalid argument "x" for "--prefix" flag: strconv.ParseBool: parsing "x": invalid syntax`, ...
Result<ParsedWords> parse_words(const FlagSets& sets, const std::vector<std::string>& words);

}  // namespace quorate::ctl
