// What must not start, and what is said about it: tried on this server and on etcd alike.
#pragma once

#include <string>
#include <vector>

namespace quorate::config {

struct Refusal {
  std::vector<std::string> args;  // behind the program's name
  std::vector<std::string> environment;
  int exit_code;
  std::string text;  // part of what is said
  // False where etcd 3.4 differs from 3.7, which is followed: other words, or no such check.
  bool is_in_34 = true;
};

// The first part is refused while flags are read, the rest when they are checked.
std::vector<Refusal> refusals();

}  // namespace quorate::config
