// One row for each setting: its flag, its place in the configuration file, what it means and where
// its value goes. Command line, environment, file and help all read this table (flags.cc).
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/config/config.h"

namespace quorate::config {

// ---- Where a value goes and how its text is read. All point into the Config being filled.

struct StringList {  // "b,a": in that order
  std::vector<std::string>* to;
};
struct StringSet {  // "b,a,b": sorted, without duplicates
  std::vector<std::string>* to;
};
struct Origins {  // URLs, or "*"
  std::vector<std::string>* to;
};
struct Choice {  // one of few words
  std::string* to;
  std::vector<std::string_view> words;
};
struct Choices {  // several of few words, checked and forgotten
  std::vector<std::string_view> words;
};
struct Gate {  // a feature that once had a flag of its own
  FeatureGates* to;
  Feature feature;
};
struct Nowhere {  // taken for the sake of old command lines, and ignored
  enum class Form { boolean, text } form;
};

using Target =
    std::variant<bool*, std::int64_t*, std::uint64_t*, std::uint32_t*, std::string*,
                 std::chrono::nanoseconds*,   // "1m30s"; in files a number of nanoseconds
                 std::chrono::milliseconds*,  // a number
                 std::vector<Url>*,           // sorted, without duplicates
                 StringList, StringSet, Origins, Choice, Choices, FeatureGates*, Gate, Nowhere>;

enum class Group {
  member,
  cluster,
  discovery,
  limits,
  storage,
  security,
  auth,
  monitoring,
  logging,
  tracing,
  unsafe,
  old
};

struct Flag {
  std::string name;
  Target target;
  std::string help;  // empty for those that old command lines alone should have
  Group group;
  // The spelling of earlier releases ("experimental-.."); setting both is refused.
  std::string old_name{};
  // In the configuration file: "" = under its name, kNotInFile, or a path "map/key".
  std::string file_key{};
};

inline constexpr std::string_view kNotInFile = "-";
// In place of a name: the setting exists in the configuration file alone.
inline constexpr std::string_view kOnlyInFile = "";

// The table over `config`, whose values are the defaults as long as nothing is set. Requires:
// `config` outlives the table.
[[nodiscard]] std::vector<Flag> flag_table(Config& config);

// Takes "-b" alone for "-b=true".
[[nodiscard]] bool is_boolean(const Target& target);

// Reads `text` into the target. The error says only what is wrong: "parse error".
Status assign(const Target& target, std::string_view text);

// The present value, in the form assign() takes.
[[nodiscard]] std::string text_of(const Target& target);

}  // namespace quorate::config
