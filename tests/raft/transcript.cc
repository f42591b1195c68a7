#include "tests/raft/transcript.h"

#include <fstream>
#include <optional>
#include <stdexcept>

namespace quorate::testing {
namespace {

constexpr std::string_view kDashes = "----";

// The next exchange, or none at the end; then `before` holds what follows the last one.
std::optional<Exchange> read_exchange(std::istream& in, std::string& trailer) {
  Exchange exchange;
  std::string line;
  while (std::getline(in, line) && line != kDashes) {
    if (line.empty() || line.starts_with('#')) {
      exchange.before += line + '\n';
    } else {
      exchange.commands.push_back(line);
    }
  }
  if (exchange.commands.empty()) {
    trailer = exchange.before;
    return std::nullopt;
  }
  while (std::getline(in, line) && !line.empty()) exchange.expected += line + '\n';
  return exchange;
}

std::string text_of(const Exchange& exchange, const std::string& outcome) {
  std::string text = exchange.before;
  for (const std::string& command : exchange.commands) text += command + '\n';
  return text + std::string{kDashes} + '\n' + outcome + '\n';
}

}  // namespace

std::vector<std::string> run_transcript(const std::filesystem::path& file, const RunCommand& run,
                                        bool is_rewritten) {
  std::ifstream in{file};
  if (!in) throw std::runtime_error{"cannot read " + file.string()};
  std::vector<std::string> differences;
  std::string rewritten;
  std::string trailer;
  while (const std::optional<Exchange> exchange = read_exchange(in, trailer)) {
    std::string outcome;
    for (const std::string& command : exchange->commands) outcome += run(command);
    rewritten += text_of(*exchange, outcome);
    if (outcome != exchange->expected) {
      differences.push_back("expected:\n" + text_of(*exchange, exchange->expected) +
                            "but it was:\n" + text_of(*exchange, outcome));
    }
  }
  in.close();
  if (!is_rewritten) return differences;
  std::ofstream{file} << rewritten << trailer;
  return {};
}

}  // namespace quorate::testing
