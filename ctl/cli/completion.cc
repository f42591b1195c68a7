#include "ctl/cli/completion.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace quorate::ctl {
namespace {

// What may follow a command: the commands below it and the flags it takes.
struct Choice {
  std::string path;  // "member add"; empty for the root
  std::vector<std::string> commands;
  std::vector<std::string> flags;
};

std::string path_below_root(const Command& command) {
  if (command.parent() == nullptr) return {};
  const std::string above = path_below_root(*command.parent());
  return above.empty() ? std::string{command.name()} : above + ' ' + std::string{command.name()};
}

void collect(Command& command, std::vector<Choice>& choices) {
  Choice choice;
  choice.path = path_below_root(command);
  for (FlagSet* set : command.all_flags()) {
    for (const auto& [name, flag] : set->all()) choice.flags.push_back("--" + name);
  }
  choice.flags.emplace_back("--help");
  std::sort(choice.flags.begin(), choice.flags.end());
  for (const auto& child : command.children()) choice.commands.emplace_back(child->name());
  choices.push_back(std::move(choice));
  for (const auto& child : command.children()) collect(*child, choices);
}

std::vector<Choice> choices_of(Command& root) {
  std::vector<Choice> choices;
  collect(root, choices);
  return choices;
}

// A text in single quotes, for a POSIX shell or fish.
std::string single_quoted(const std::string& text) {
  std::string out{'\''};
  for (const char c : text) {
    if (c == '\'') {
      out += R"('\'')";
    } else {
      out += c;
    }
  }
  return out + '\'';
}

}  // namespace

std::string bash_completion(Command& root) {
  const std::string program{root.name()};
  std::string known;
  std::string cases;
  for (const Choice& choice : choices_of(root)) {
    if (!choice.path.empty())
      known += fmt::format("{}\"{}\"", known.empty() ? "" : " | ", choice.path);
    cases +=
        fmt::format("    \"{}\")\n      commands=\"{}\"\n      flags=\"{}\"\n      ;;\n",
                    choice.path, fmt::join(choice.commands, " "), fmt::join(choice.flags, " "));
  }
  return fmt::format(
      R"(# bash completion for {0}

_{0}_complete() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} path="" word commands="" flags=""
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    word="${{path:+$path }}$word"
    case "$word" in
      {1}) path=$word ;;
    esac
  done
  case "$path" in
{2}  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$commands" -- "$current")) ;;
  esac
}}
complete -o default -F _{0}_complete {0}
)",
      program, known, cases);
}

std::string zsh_completion(Command& root) {
  return fmt::format("#compdef {}\nautoload -U +X bashcompinit && bashcompinit\n\n{}", root.name(),
                     bash_completion(root));
}

namespace {

void add_fish_lines(Command& command, std::string& out) {
  const std::string program{command.root().name()};
  const std::string path = path_below_root(command);
  const std::string condition =
      path.empty() ? "__fish_use_subcommand"
                   : "string match -q -- '* " + path + " *' (commandline -pc | string collect)";
  const auto add = [&](const std::string& what, const std::string& text) {
    out += fmt::format("complete -c {} -n {} {} -d {}\n", program, single_quoted(condition), what,
                       single_quoted(text));
  };
  for (const auto& child : command.children()) {
    add(fmt::format("-f -a {}", child->name()), child->about().summary);
  }
  for (FlagSet* set : {&command.flags(), &command.shared_flags()}) {
    for (const auto& [name, flag] : set->all()) {
      add(fmt::format("{}-l {}", flag.is_bool() ? "" : "-r ", name), flag.help);
    }
  }
  for (const auto& child : command.children()) add_fish_lines(*child, out);
}

}  // namespace

std::string fish_completion(Command& root) {
  std::string out = fmt::format("# fish completion for {}\n\n", root.name());
  add_fish_lines(root, out);
  return out;
}

std::string powershell_completion(Command& root) {
  std::string table;
  for (const Choice& choice : choices_of(root)) {
    std::vector<std::string> words = choice.commands;
    words.insert(words.end(), choice.flags.begin(), choice.flags.end());
    for (std::string& word : words) word = single_quoted(word);
    table += fmt::format("    '{}' = @({})\n", choice.path, fmt::join(words, ", "));
  }
  return fmt::format(
      R"(# PowerShell completion for {0}

Register-ArgumentCompleter -Native -CommandName '{0}' -ScriptBlock {{
  param($wordToComplete, $commandAst, $cursorPosition)
  $choices = @{{
{1}  }}
  $path = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {{
    $next = "$path $element".Trim()
    if ($choices.ContainsKey($next) -and "$element" -ne $wordToComplete) {{ $path = $next }}
  }}
  $choices[$path] | Where-Object {{ $_ -like "$wordToComplete*" }} | ForEach-Object {{
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }}
}}
)",
      root.name(), table);
}

}  // namespace quorate::ctl
