#include "ctl/cli/help.h"

#include <algorithm>
#include <array>

namespace quorate::ctl {
namespace {

struct Heading {
  Group group;
  const char* text;
};
constexpr std::array<Heading, 5> kHeadings{{{Group::key_value, "Key-value commands"},
                                            {Group::maintenance, "Cluster maintenance commands"},
                                            {Group::concurrency, "Concurrency commands"},
                                            {Group::auth, "Authentication commands"},
                                            {Group::utility, "Utility commands"}}};

std::vector<const Command*> sorted_children(const Command& command) {
  std::vector<const Command*> children;
  for (const auto& child : command.children()) children.push_back(child.get());
  std::sort(children.begin(), children.end(),
            [](const Command* a, const Command* b) { return a->name() < b->name(); });
  return children;
}

std::string child_lines(const Command& command, Group group) {
  std::size_t width = 11;
  for (const auto& child : command.children()) width = std::max(width, child->name().size());
  std::string out;
  for (const Command* child : sorted_children(command)) {
    if (child->about().group != group) continue;
    std::string name{child->name()};
    name.resize(width, ' ');
    out += "  " + name + ' ' + child->about().summary + '\n';
  }
  return out;
}

std::string children_block(const Command& command) {
  if (command.children().empty()) return {};
  if (command.parent() != nullptr) {
    return "\nAvailable Commands:\n" + child_lines(command, Group::none);
  }
  std::string out;
  for (const Heading& heading : kHeadings) {
    const std::string lines = child_lines(command, heading.group);
    if (!lines.empty()) out += std::string{"\n"} + heading.text + '\n' + lines;
  }
  return out;
}

// The flags of the command itself and of the groups above it, but not those that every command
// takes: they have a page of their own.
std::string flag_blocks(Command& command) {
  FlagSet own;
  bool help = false;
  own.add("help,h", help, "help for " + std::string{command.name()});
  for (FlagSet* set : {&command.flags(), &command.shared_flags()}) {
    for (auto& [name, flag] : set->all()) own.all().emplace(name, flag);
  }
  std::string out = "\nFlags:\n" + own.help();
  for (Command* above = command.parent(); above != nullptr && above->parent() != nullptr;
       above = above->parent()) {
    if (!above->shared_flags().empty()) {
      out += "\nGlobal Flags:\n" + above->shared_flags().help();
    }
  }
  return out;
}

// Texts are written with the program's usual name; it may have been called by another one.
std::string with_name(std::string text, std::string_view program) {
  static constexpr std::string_view kUsualName = "quoratectl";
  for (std::size_t at = 0; (at = text.find(kUsualName, at)) != std::string::npos;) {
    text.replace(at, kUsualName.size(), program);
    at += program.size();
  }
  return text;
}

}  // namespace

std::string usage(Command& command) {
  const bool is_root = command.parent() == nullptr;
  std::string out = "Usage:\n";
  if (command.is_runnable()) {
    const std::string above = is_root ? "" : command.parent()->path() + ' ';
    out += "  " + above + command.about().use + " [flags]\n";
  }
  if (!command.children().empty()) out += "  " + command.path() + " [command]\n";
  if (!command.about().examples.empty()) {
    out += "\nExamples:\n" + with_name(command.about().examples, command.root().name()) + '\n';
  }
  out += children_block(command);
  if (!is_root) out += flag_blocks(command);
  if (!command.children().empty()) {
    out +=
        "\nUse \"" + command.path() + " [command] --help\" for more information about a command.\n";
  }
  return out;
}

std::string help_page(Command& command) {
  const std::string_view program = command.root().name();
  const About& about = command.about();
  const std::string& text = about.description.empty() ? about.summary : about.description;
  return with_name(text, program) + "\n\n" + usage(command) + "\nUse \"" + std::string{program} +
         " options\" for a list of global command-line options (applies to all commands).\n";
}

}  // namespace quorate::ctl
