#include "ctl/cli/command.h"

#include <algorithm>
#include <cctype>

#include "common/go_text.h"

namespace quorate::ctl {

std::string_view Command::name() const {
  const std::string_view use = about_.use;
  return use.substr(0, use.find(' '));
}

std::string Command::path() const {
  const std::string own{name()};
  return parent_ == nullptr ? own : parent_->path() + ' ' + own;
}

Command& Command::root() {
  return parent_ == nullptr ? *this : parent_->root();
}

void Command::add(std::unique_ptr<Command> child) {
  child->parent_ = this;
  children_.push_back(std::move(child));
}

FlagSets Command::inherited_flags() {
  FlagSets sets;
  for (Command* above = parent_; above != nullptr; above = above->parent_) {
    sets.push_back(&above->shared_);
  }
  return sets;
}

FlagSets Command::all_flags() {
  FlagSets sets = inherited_flags();
  sets.insert(sets.begin(), {&flags_, &shared_});
  return sets;
}

namespace {

bool is_flag(std::string_view word) {
  return word.size() > 1 && word[0] == '-';
}

// Whether the word behind this flag is its value. A flag nobody knows is taken to have one, as
// etcdctl takes it.
bool takes_next_word(std::string_view word, const FlagSets& sets) {
  if (word.find('=') != std::string_view::npos) return false;
  const bool is_long = word.starts_with("--");
  if (!is_long && word.size() != 2) return false;
  const Flag* flag = is_long ? find(sets, word.substr(2)) : find(sets, word[1]);
  const bool is_help = word == "--help" || word == "-h";
  return flag == nullptr ? !is_help : !flag->is_bool();
}

// Where the first word is that is neither a flag nor a flag's value.
std::size_t first_plain_word(const std::vector<std::string>& words, const FlagSets& sets) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") return words.size();
    if (!is_flag(words[i])) {
      if (!words[i].empty()) return i;
    } else if (takes_next_word(words[i], sets)) {
      ++i;
    }
  }
  return words.size();
}

// An exact name wins; else the only one that begins so.
Command* find_child(const Command& command, std::string_view word) {
  Command* match = nullptr;
  int matches = 0;
  for (const auto& child : command.children()) {
    if (child->name() == word) return child.get();
    if (child->name().starts_with(word)) {
      match = child.get();
      ++matches;
    }
  }
  return matches == 1 ? match : nullptr;
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Levenshtein's distance.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

std::string suggestions(const Command& root, std::string_view word) {
  static constexpr std::size_t kDistanceMax = 2;
  const std::string typed = lower(word);
  std::string out;
  for (const auto& child : root.children()) {
    if (child->name() == "help") continue;
    const std::string name = lower(child->name());
    if (edit_distance(typed, name) > kDistanceMax && !name.starts_with(typed)) continue;
    out += '\t' + std::string{child->name()} + '\n';
  }
  return out.empty() ? out : "\n\nDid you mean this?\n" + out;
}

Failure unknown_command(const Command& root, std::string_view word) {
  const std::string program{root.name()};
  return {
      kExitError,
      "unknown command " + go_quoted(word) + " for " + go_quoted(program) + suggestions(root, word),
      "Run '" + program + " --help' for usage.\n"};
}

}  // namespace

Outcome<Found> find_command(Command& root, const std::vector<std::string>& words) {
  Found found{&root, words};
  for (;;) {
    const std::size_t at = first_plain_word(found.rest, found.command->all_flags());
    if (at == found.rest.size()) return found;
    Command* child = find_child(*found.command, found.rest[at]);
    if (child == nullptr) {
      if (found.command == &root) return unknown_command(root, found.rest[at]);
      return found;
    }
    found.rest.erase(found.rest.begin() + static_cast<std::ptrdiff_t>(at));
    found.command = child;
  }
}

}  // namespace quorate::ctl
