#include "tests/common/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

#include "common/ensure.h"

namespace quorate {
namespace {

constexpr unsigned kSecondsMax = 60;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& args,
                           const std::vector<std::string>& environment) {
  auto own_args = args;
  auto own_environment = environment;
  const auto argv = pointers(own_args);
  const auto envp = pointers(own_environment);
  std::array<int, 2> ends{};
  ENSURE(::pipe(ends.data()) == 0);
  pid_ = ::fork();
  ENSURE(pid_ >= 0);
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::alarm(kSecondsMax);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  pipe_ = ends[0];
}

ChildProcess::~ChildProcess() {
  ::close(pipe_);
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool ChildProcess::read_some() {
  std::array<char, 4096> buffer;
  const ssize_t size = ::read(pipe_, buffer.data(), buffer.size());
  if (size < 0) return errno == EINTR;
  output_.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0;
}

bool ChildProcess::read_until(std::string_view text) {
  while (output_.find(text) == std::string::npos) {
    if (!read_some()) return false;
  }
  return true;
}

int ChildProcess::wait() {
  while (read_some()) {
  }
  int status = 0;
  ENSURE(::waitpid(pid_, &status, 0) == pid_);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string peer_etcd() {
  const char* const peers = std::getenv("QUORATE_PEERS");
  if (peers == nullptr) return {};
  for (const char* place : {"/usr/bin/etcd", "/bin/etcd"}) {
    if (std::filesystem::exists(std::string{peers} + place)) return std::string{peers} + place;
  }
  return {};
}

}  // namespace quorate
