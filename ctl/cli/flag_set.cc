#include "ctl/cli/flag_set.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/go_text.h"

namespace quorate::ctl {
namespace {

Error bad(std::string text) {
  return {Code::invalid_argument, std::move(text)};
}

// Sets `target` to what `parse` makes of the text. Errors name Go's function, if they need it.
template <class T, class Parse>
std::function<Status(std::string_view)> setter(T& target, std::string_view function, Parse parse) {
  return [&target, function, parse](std::string_view text) -> Status {
    auto value = parse(text);
    if (value) {
      target = std::move(*value);
      return {};
    }
    if (function.empty()) return value.error();
    return bad(fmt::format("{}: parsing {}: {}", function, go_quoted(text), value.error().message));
  };
}

// The fields of one line of comma separated values (RFC 4180).
Result<std::vector<std::string>> split_list(std::string_view text) {
  std::vector<std::string> fields;
  if (text.empty()) return fields;
  fields.emplace_back();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',') {
      fields.emplace_back();
    } else if (text[i] == '"' && fields.back().empty()) {
      const auto end = text.find('"', i + 1);
      if (end == std::string_view::npos) {
        return bad(fmt::format(
            "parse error on line 1, column {}: extraneous or missing \" in quoted-field",
            text.size() + 1));
      }
      fields.back() = text.substr(i + 1, end - i - 1);
      i = end;
    } else {
      fields.back() += text[i];
    }
  }
  return fields;
}

}  // namespace

Flag& FlagSet::add_flag(std::string_view name, std::string help, std::string type) {
  Flag flag;
  const auto comma = name.find(',');
  flag.name = name.substr(0, comma);
  if (comma != std::string_view::npos) flag.letter = name[comma + 1];
  flag.help = std::move(help);
  flag.type = std::move(type);
  const auto [it, is_new] = flags_.emplace(flag.name, std::move(flag));
  ENSURE(is_new);
  return it->second;
}

void FlagSet::add(std::string_view name, bool& target, std::string help) {
  Flag& flag = add_flag(name, std::move(help), "");
  if (target) flag.default_text = "true";
  flag.set = setter(target, "strconv.ParseBool", parse_go_bool);
  flag.text = [&target] { return target ? "true" : "false"; };
}

void FlagSet::add(std::string_view name, std::string& target, std::string help) {
  Flag& flag = add_flag(name, std::move(help), "string");
  if (!target.empty()) flag.default_text = go_quoted(target);
  flag.set = [&target](std::string_view text) -> Status {
    target = text;
    return {};
  };
  flag.text = [&target] { return target; };
}

void FlagSet::add(std::string_view name, std::int64_t& target, std::string help) {
  Flag& flag = add_flag(name, std::move(help), "int");
  if (target != 0) flag.default_text = std::to_string(target);
  flag.set = setter(target, "strconv.ParseInt", parse_go_int);
  flag.text = [&target] { return std::to_string(target); };
}

void FlagSet::add(std::string_view name, std::uint64_t& target, std::string help) {
  Flag& flag = add_flag(name, std::move(help), "uint");
  if (target != 0) flag.default_text = std::to_string(target);
  flag.set = setter(target, "strconv.ParseUint",
                    [](std::string_view text) { return parse_go_uint(text); });
  flag.text = [&target] { return std::to_string(target); };
}

void FlagSet::add(std::string_view name, Duration& target, std::string help) {
  Flag& flag = add_flag(name, std::move(help), "duration");
  if (target.count() != 0) flag.default_text = go_duration(target);
  flag.set = setter(target, "", parse_go_duration);
  flag.text = [&target] { return go_duration(target); };
}

void FlagSet::add(std::string_view name, std::vector<std::string>& target, std::string help) {
  Flag& flag = add_flag(name, std::move(help), "strings");
  flag.text = [&target] { return fmt::format("[{}]", fmt::join(target, ",")); };
  if (!target.empty()) flag.default_text = flag.text();
  flag.set = [&target, is_default = true](std::string_view text) mutable -> Status {
    auto fields = split_list(text);
    if (!fields) return fields.error();
    if (std::exchange(is_default, false)) target.clear();
    target.insert(target.end(), fields->begin(), fields->end());
    return {};
  };
}

Flag* FlagSet::find(std::string_view name) {
  const auto it = flags_.find(std::string{name});
  return it == flags_.end() ? nullptr : &it->second;
}

Flag* FlagSet::find(char letter) {
  for (auto& [name, flag] : flags_) {
    if (flag.letter == letter) return &flag;
  }
  return nullptr;
}

std::string FlagSet::help() const {
  struct Line {
    std::string head;
    std::string text;
  };
  std::vector<Line> lines;
  std::size_t width = 0;
  for (const auto& [name, flag] : flags_) {
    Line line;
    line.head = flag.letter == 0 ? "      --" : std::string{"  -"} + flag.letter + ", --";
    line.head += name;
    if (!flag.type.empty()) line.head += ' ' + flag.type;
    line.text = flag.help;
    if (!flag.default_text.empty()) line.text += " (default " + flag.default_text + ')';
    width = std::max(width, line.head.size());
    lines.push_back(std::move(line));
  }
  std::string out;
  for (const Line& line : lines) {
    out += line.head + std::string(width - line.head.size() + 3, ' ') + line.text + '\n';
  }
  return out;
}

Flag* find(const FlagSets& sets, std::string_view name) {
  for (FlagSet* set : sets) {
    if (Flag* flag = set->find(name)) return flag;
  }
  return nullptr;
}

Flag* find(const FlagSets& sets, char letter) {
  for (FlagSet* set : sets) {
    if (Flag* flag = set->find(letter)) return flag;
  }
  return nullptr;
}

namespace {

// Reads the words from left to right.
class Parser {
 public:
  Parser(const FlagSets& sets, const std::vector<std::string>& words)
      : sets_{sets}, words_{words} {}

  Result<ParsedWords> parse() {
    while (next_ < words_.size()) {
      const std::string& word = words_[next_++];
      if (word == "--") {
        take_rest();
      } else if (word.size() < 2 || word[0] != '-') {
        result_.positionals.push_back(word);
      } else if (auto done = word[1] == '-' ? parse_long(word) : parse_short(word); !done) {
        return done.error();
      }
    }
    return std::move(result_);
  }

 private:
  void take_rest() {
    result_.separator = result_.positionals.size();
    for (; next_ < words_.size(); ++next_) result_.positionals.push_back(words_[next_]);
  }

  Status parse_long(std::string_view word) {
    const std::string_view body = word.substr(2);
    if (body[0] == '-' || body[0] == '=') return bad(fmt::format("bad flag syntax: {}", word));
    const auto equals = body.find('=');
    const std::string_view name = body.substr(0, equals);
    Flag* flag = find(sets_, name);
    if (flag == nullptr) {
      if (name != "help") return bad(fmt::format("unknown flag: --{}", name));
      result_.wants_help = true;
      return {};
    }
    if (equals != std::string_view::npos) return set(*flag, body.substr(equals + 1));
    if (flag->is_bool()) return set(*flag, "true");
    if (next_ == words_.size()) return bad(fmt::format("flag needs an argument: --{}", name));
    return set(*flag, words_[next_++]);
  }

  // One word may hold several letters: -il, -wjson, -w=json.
  Status parse_short(std::string_view word) {
    for (std::string_view letters = word.substr(1); !letters.empty(); letters.remove_prefix(1)) {
      const char letter = letters[0];
      Flag* flag = find(sets_, letter);
      if (flag == nullptr) {
        if (letter != 'h') {
          return bad(fmt::format("unknown shorthand flag: '{}' in -{}", letter, letters));
        }
        result_.wants_help = true;
        continue;
      }
      const bool has_value = letters.size() > 2 && letters[1] == '=';
      if (has_value) return set(*flag, letters.substr(2));
      if (!flag->is_bool()) return set_from(*flag, letters);
      if (auto done = set(*flag, "true"); !done) return done;
    }
    return {};
  }

  // The value is the rest of the word, or the next one.
  Status set_from(Flag& flag, std::string_view letters) {
    if (letters.size() > 1) return set(flag, letters.substr(1));
    if (next_ < words_.size()) return set(flag, words_[next_++]);
    return bad(fmt::format("flag needs an argument: '{}' in -{}", flag.letter, letters));
  }

  static Status set(Flag& flag, std::string_view value) {
    if (auto done = flag.set(value); !done) {
      const std::string letter = flag.letter == 0 ? "" : fmt::format("-{}, ", flag.letter);
      return bad(fmt::format("invalid argument {} for \"{}--{}\" flag: {}", go_quoted(value),
                             letter, flag.name, done.error().message));
    }
    flag.was_given = true;
    return {};
  }

  const FlagSets& sets_;
  const std::vector<std::string>& words_;
  std::size_t next_ = 0;
  ParsedWords result_;
};

}  // namespace

Result<ParsedWords> parse_words(const FlagSets& sets, const std::vector<std::string>& words) {
  return Parser{sets, words}.parse();
}

}  // namespace quorate::ctl
