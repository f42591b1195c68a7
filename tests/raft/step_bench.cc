// What a step costs a leader, by the entry: batches of proposals from propose to apply. Not a test;
// run it by hand, in a release build.
#include <chrono>
#include <iostream>
#include <string>

#include "server/raft/node.h"

namespace {

using namespace quorate;
using namespace quorate::raft;

constexpr std::size_t kBatchEntries = 200;
constexpr std::size_t kBatches = 10'000;
constexpr std::size_t kEntriesKept = 10'000;

Node elected(std::uint64_t voters) {
  Restored restored;
  for (std::uint64_t id = 1; id <= voters; ++id) restored.conf.voters.emplace_back(id);
  Config config;
  config.id = MemberId{1};
  config.pre_vote = false;
  Node node{config, Rng{1}, std::move(restored)};
  static_cast<void>(node.step(Campaign{}));
  static_cast<void>(node.step(Persisted{PersistId{1}}));
  for (std::uint64_t id = 2; id <= voters; ++id) {
    static_cast<void>(node.step(Received{{.type = MessageType::vote_response,
                                          .to = node.id(),
                                          .from = MemberId{id},
                                          .term = node.term()}}));
  }
  return node;
}

// Propose, write, acknowledge, apply, forget.
std::size_t run_batch(Node& node, std::uint64_t voters, const SharedBytes& data) {
  std::vector<Proposal> batch(kBatchEntries, Proposal{EntryType::normal, data});
  const Actions proposed = node.propose(std::move(batch));
  std::size_t applied = 0;
  const auto apply = [&](const Actions& actions) { applied += actions.apply.size(); };
  apply(node.step(Persisted{proposed.persist->id}));
  for (std::uint64_t id = 2; id <= voters; ++id) {
    apply(node.step(Received{{.type = MessageType::append_response,
                              .to = node.id(),
                              .from = MemberId{id},
                              .term = node.term(),
                              .index = node.last_index()}}));
  }
  apply(node.step(Applied{node.commit_index()}));
  if (node.applied_index().value() > kEntriesKept) {
    static_cast<void>(node.step(Compacted{Index{node.applied_index().value() - kEntriesKept}}));
  }
  return applied;
}

void measure(std::uint64_t voters) {
  Node node = elected(voters);
  const SharedBytes data{std::string(100, 'x')};
  std::size_t applied = 0;
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < kBatches; ++i) applied += run_batch(node, voters, data);
  const std::chrono::nanoseconds spent = std::chrono::steady_clock::now() - start;
  std::cout << voters
            << " voters: " << static_cast<double>(spent.count()) / static_cast<double>(applied)
            << " ns an entry, " << applied << " entries\n";
}

}  // namespace

int main() {
  for (const std::uint64_t voters : {1, 3, 5}) measure(voters);
}
