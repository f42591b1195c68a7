#include "tests/peers/command.h"

#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include "common/ensure.h"
#include "tests/peers/etcd_process.h"

namespace quorate::test {
namespace {

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

}  // namespace

// Files instead of pipes: nothing can block, whatever is written first.
CommandResult run_command(const std::vector<std::string>& words, std::string_view input) {
  const TempDir dir;
  const std::string in = (dir.path() / "in").string();
  const std::string out = (dir.path() / "out").string();
  const std::string err = (dir.path() / "err").string();
  std::ofstream{in, std::ios::binary} << input;

  std::vector<std::string> copies = words;
  std::vector<char*> argv;
  for (std::string& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ENSURE(posix_spawn_file_actions_init(&actions) == 0);
  posix_spawn_file_actions_addopen(&actions, 0, in.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT, 0600);
  pid_t pid = -1;
  ENSURE(::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), ::environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  ENSURE(::waitpid(pid, &status, 0) == pid);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(out), content_of(err)};
}

}  // namespace quorate::test
