// A program a test runs beside itself: its output, its end. The program is killed when the object
// goes, and by an alarm if the test forgets.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace quorate {

class ChildProcess {
 public:
  // args[0] is the program's path; both outputs go to one pipe.
  ChildProcess(const std::vector<std::string>& args, const std::vector<std::string>& environment);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Reads until the output holds `text`; false if it ends before.
  bool read_until(std::string_view text);
  // Reads to the end and waits. The exit status, or -1 if a signal ended it.
  int wait();
  [[nodiscard]] const std::string& output() const { return output_; }

 private:
  bool read_some();

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string output_;
};

// The etcd in the directory QUORATE_PEERS names (usr/bin/etcd or bin/etcd in it); empty if that is
// not set. Tests that need one say so and end.
std::string peer_etcd();

}  // namespace quorate
