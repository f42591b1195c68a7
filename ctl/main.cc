#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include "ctl/output/descriptor_stream.h"
#include "ctl/program.h"

int main(int argc, char** argv) {
  using namespace quorate::ctl;
  const std::filesystem::path program = argc > 0 ? argv[0] : "quoratectl";
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) words.emplace_back(argv[i]);
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  DescriptorStream out{STDOUT_FILENO, DescriptorStream::Writes::when_full};
  DescriptorStream err{STDERR_FILENO, DescriptorStream::Writes::each_line};
  err.tie(&out);  // so that errors are seen behind what was printed before them
  int status = run_program(program.filename().string(), words, variables, out, err);
  if (const std::string failure = out.finish(); !failure.empty()) {
    err << "Error: " << failure << '\n';
    status = status == 0 ? 1 : status;
  }
  return status;
}
