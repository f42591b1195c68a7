#include "ctl/child.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "common/go_text.h"

namespace quorate::ctl {
namespace {

constexpr int kStatusOfSignal = 255;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

ChildEnd not_started(const std::string& program, int error) {
  const bool is_path = program.find('/') != std::string::npos;
  if (is_path) return {1, fmt::format("fork/exec {}: {}", program, go_errno(error))};
  const std::string reason =
      error == ENOENT ? "executable file not found in $PATH" : go_errno(error);
  return {1, fmt::format("exec: {}: {}", go_quoted(program), reason)};
}

// Go prints the C library's names of signals in lower case: "killed", "terminated".
std::string signal_text(int number) {
  std::string text = ::strsignal(number);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

ChildEnd end_of(int status) {
  if (WIFSIGNALED(status)) {
    return {kStatusOfSignal, "signal: " + signal_text(WTERMSIG(status)) +
                                 (WCOREDUMP(status) ? " (core dumped)" : "")};
  }
  const int exit_status = WEXITSTATUS(status);
  return {exit_status, exit_status == 0 ? "" : fmt::format("exit status {}", exit_status)};
}

}  // namespace

void set_variable(std::vector<std::string>& variables, const std::string& name,
                  const std::string& value) {
  std::erase_if(variables, [&](const std::string& each) { return each.starts_with(name + '='); });
  variables.push_back(name + '=' + value);
}

Child::Child(EventLoop& loop, const std::vector<std::string>& words,
             const std::vector<std::string>& variables)
    : death_{loop, {SIGCHLD}, [this](int) { look(); }} {
  start(words, variables);
}

void Child::start(const std::vector<std::string>& words,
                  const std::vector<std::string>& variables) {
  auto own_words = words;
  auto own_variables = variables;
  const auto argv = pointers(own_words);
  const auto envp = pointers(own_variables);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  const int error = ::posix_spawnp(&process_, argv[0], &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) end_ = not_started(words[0], error);
}

void Child::look() {
  int status = 0;
  if (end_ || ::waitpid(process_, &status, WNOHANG) != process_) return;
  end_ = end_of(status);
}

}  // namespace quorate::ctl
