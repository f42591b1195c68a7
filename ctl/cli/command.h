// The tree of commands: what each is called, what flags it has, what help says, what it does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/cli/flag_set.h"
#include "ctl/failure.h"

namespace quorate::ctl {

class Context;

// Under which heading the front page of help lists a command.
enum class Group : std::uint8_t { none, key_value, maintenance, concurrency, auth, utility };

// What help says of a command. `use` begins with its name: "get [options] <key> [range_end]".
struct About {
  std::string use;
  std::string summary;      // one line
  std::string description;  // instead of the summary on its own page; may be empty
  std::string examples;     // indented by two blanks; may be empty
  Group group = Group::none;
};

class Command {
 public:
  explicit Command(About about) : about_{std::move(about)} {}
  virtual ~Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // Does what the command is for. `args` are the words that are neither its name nor flags.
  virtual Outcome<> run(Context& context, const std::vector<std::string>& args) = 0;
  [[nodiscard]] virtual bool is_runnable() const { return true; }
  // What is wrong with the number or kind of `args`, if that is a usage error.
  [[nodiscard]] virtual std::string check_args(const std::vector<std::string>&) const { return {}; }

  [[nodiscard]] const About& about() const { return about_; }
  [[nodiscard]] std::string_view name() const;
  [[nodiscard]] std::string path() const;  // "etcdctl member list"
  [[nodiscard]] Command* parent() const { return parent_; }
  [[nodiscard]] Command& root();
  [[nodiscard]] const std::vector<std::unique_ptr<Command>>& children() const { return children_; }
  void add(std::unique_ptr<Command> child);

  FlagSet& flags() { return flags_; }          // of this command alone
  FlagSet& shared_flags() { return shared_; }  // of this command and all below it
  [[nodiscard]] FlagSets inherited_flags();    // shared ones of the commands above
  [[nodiscard]] FlagSets all_flags();          // whatever may be given with this command

 private:
  About about_;
  Command* parent_ = nullptr;
  std::vector<std::unique_ptr<Command>> children_;
  FlagSet flags_;
  FlagSet shared_;
};

// A command that only has others below it; by itself it shows its help.
class CommandGroup final : public Command {
 public:
  using Command::Command;
  Outcome<> run(Context&, const std::vector<std::string>&) override {
    return boost::system::in_place_value;
  }
  [[nodiscard]] bool is_runnable() const override { return false; }
};

// The command that `words` name and the words that are left for it. Names may be cut short as long
// as they fit one command only; flags may stand between them. Below the root, a word that names
// nothing is an argument; at the root it is a failure that suggests what might have been meant.
struct Found {
  Command* command = nullptr;
  std::vector<std::string> rest;
};
Outcome<Found> find_command(Command& root, const std::vector<std::string>& words);

}  // namespace quorate::ctl
