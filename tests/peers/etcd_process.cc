#include "tests/peers/etcd_process.h"

#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <random>
#include <spawn.h>
#include <sstream>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/ensure.h"

namespace quorate::test {

namespace fs = std::filesystem;

std::optional<fs::path> peer_program(const std::string& name) {
  const char* peers = std::getenv("QUORATE_PEERS");
  if (peers == nullptr) return std::nullopt;
  for (const char* folder : {"usr/bin", "bin"}) {
    fs::path path = fs::path{peers} / folder / name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

TempDir::TempDir() {
  std::string pattern = (fs::temp_directory_path() / "quorate-test-XXXXXX").string();
  ENSURE(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

namespace {

bool can_bind(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  ENSURE(socket >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool is_bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return is_bound;
}

}  // namespace

// Below the range from which the system takes ports for outgoing connections, so that no client
// gets it in the meantime.
int free_port() {
  static std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> ports{10'000, 19'999};
  int port = 0;
  do {
    port = ports(random);
  } while (!can_bind(port));
  return port;
}

struct EtcdProcess::State {
  Options options;
  TempDir dir;
  pid_t pid = -1;

  [[nodiscard]] std::string log_path() const { return (dir.path() / "log").string(); }

  [[nodiscard]] std::vector<std::string> arguments() const {
    const std::string client =
        options.client_scheme + "://127.0.0.1:" + std::to_string(options.client_port);
    const std::string peer = "http://127.0.0.1:" + std::to_string(options.peer_port);
    std::vector<std::string> arguments{
        options.program.empty() ? peer_program("etcd")->string() : options.program.string(),
        "--name=" + options.name,
        "--data-dir=" + (dir.path() / "data").string(),
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=" +
            (options.initial_cluster.empty() ? options.name + "=" + peer : options.initial_cluster),
        "--logger=zap"};
    arguments.insert(arguments.end(), options.more_flags.begin(), options.more_flags.end());
    return arguments;
  }

  void start() {
    ENSURE(pid < 0);
    std::vector<std::string> words = arguments();
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ENSURE(posix_spawn_file_actions_init(&actions) == 0);
    const std::string log = log_path();
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    ENSURE(::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), ::environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
  }

  void kill() {
    if (pid < 0) return;
    ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    pid = -1;
  }
};

EtcdProcess::EtcdProcess() : EtcdProcess{Options{}} {}

EtcdProcess::EtcdProcess(const Options& options) : state_{std::make_unique<State>()} {
  state_->options = options;
  state_->start();
}

EtcdProcess::~EtcdProcess() {
  if (state_ != nullptr) state_->kill();
}

EtcdProcess::EtcdProcess(EtcdProcess&&) noexcept = default;

EtcdProcess& EtcdProcess::operator=(EtcdProcess&& other) noexcept {
  if (this != &other) {
    if (state_ != nullptr) state_->kill();
    state_ = std::move(other.state_);
  }
  return *this;
}

std::string EtcdProcess::endpoint() const {
  return "127.0.0.1:" + std::to_string(state_->options.client_port);
}

std::string EtcdProcess::log() const {
  std::ostringstream text;
  text << std::ifstream{state_->log_path()}.rdbuf();
  return text.str();
}

void EtcdProcess::kill() {
  state_->kill();
}

void EtcdProcess::start() {
  state_->start();
}

void EtcdProcess::pause() {
  ::kill(state_->pid, SIGSTOP);
}

void EtcdProcess::resume() {
  ::kill(state_->pid, SIGCONT);
}

}  // namespace quorate::test
