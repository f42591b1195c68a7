// A real etcd for tests to speak with. QUORATE_PEERS names a directory with usr/bin/etcd or
// bin/etcd in it; without it (or on a machine where it does not run) such tests say so and skip.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quorate::test {

// The path of a program of the peers ("etcd", "etcdctl"), if there is one.
[[nodiscard]] std::optional<std::filesystem::path> peer_program(const std::string& name);

// A directory of its own under the system's temporary one; removed with all in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A port of the loopback interface that was free a moment ago.
[[nodiscard]] int free_port();

class EtcdProcess {
 public:
  struct Options {
    std::filesystem::path program;  // empty: the peers' etcd; any server with etcd's flags
    std::string name = "default";
    int client_port = free_port();
    int peer_port = free_port();
    std::string client_scheme = "http";
    std::string initial_cluster;          // empty: it alone
    std::vector<std::string> more_flags;  // as on the command line
  };

  // Requires: peer_program("etcd").
  EtcdProcess();
  explicit EtcdProcess(const Options& options);
  ~EtcdProcess();  // kills it
  EtcdProcess(EtcdProcess&&) noexcept;
  EtcdProcess& operator=(EtcdProcess&&) noexcept;

  [[nodiscard]] std::string endpoint() const;  // "127.0.0.1:PORT", no scheme
  [[nodiscard]] std::string log() const;       // what it has printed, for failed tests
  void kill();                                 // and wait; the data stays
  void start();                                // again, after kill()
  void pause();                                // stops answering, keeps its connections
  void resume();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate::test
