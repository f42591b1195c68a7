// Replays the transcripts of tests/golden/raft; --rewrite makes them say what comes out now.
//
//   raft_golden_test DIRECTORY [--rewrite] [NAME...]
//
// Commands (members are n1, n2, ...):
//   cluster n1 n2 n3 [learner=n4] [start=10] [disk=slow] [window=3] [pre_vote=off]
//           [check_quorum=off]                       begins anew
//   member n4                                         one more, outside every configuration
//   tick n1 [times] | campaign n1 | elect n1          elect: until it leads, without lines
//   propose n1 a b | conf n1 joint add n4, remove n1 | read n1 q | transfer n1 to=n2
//   deliver n2 [from=n1] | drop n2 [from=n1]          what is on its way to n2
//   write n1 [count] | apply n1 | hold n1 | restart n1 [survived]
//   isolate n1 | rejoin n1 | unreachable n1 peer=n2 | compact n1 to=5
//   stabilize [n1 n2] | quietly COMMAND               everything that needs no time; without lines
//   status n1 | log n1
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "server/raft/describe.h"
#include "tests/raft/cluster.h"
#include "tests/raft/conf_change_text.h"
#include "tests/raft/transcript.h"

namespace quorate::raft::testing {
namespace {

// "deliver n2 from=n1" in parts.
struct Command {
  std::string verb;
  std::vector<std::string> words;            // in order
  std::map<std::string, std::string> named;  // name=value

  explicit Command(const std::string& line) {
    std::istringstream in{line};
    in >> verb;
    for (std::string word; in >> word;) {
      const auto equals = word.find('=');
      if (equals == std::string::npos) {
        words.push_back(word);
      } else {
        named[word.substr(0, equals)] = word.substr(equals + 1);
      }
    }
  }

  [[nodiscard]] MemberId member() const { return member_from(words.at(0)); }
  [[nodiscard]] MemberId member(const std::string& name) const {
    return member_from(named.at(name));
  }
  [[nodiscard]] std::string value(const std::string& name, const std::string& otherwise) const {
    const auto found = named.find(name);
    return found == named.end() ? otherwise : found->second;
  }
  [[nodiscard]] std::uint64_t number(std::size_t word, std::uint64_t otherwise) const {
    return words.size() > word ? std::stoull(words[word]) : otherwise;
  }
  // The words after the first, as they were.
  [[nodiscard]] std::string rest() const {
    std::string text;
    for (std::size_t i = 1; i < words.size(); ++i) text += (i > 1 ? " " : "") + words[i];
    return text;
  }
};

class Interpreter {
 public:
  std::string run(const std::string& line) {
    const Command command{line};
    if (command.verb == "cluster") {
      begin(command);
      return "";
    }
    if (!cluster_) throw std::runtime_error{"no cluster yet: " + line};
    if (command.verb == "quietly") {
      const std::string without_lines = run(line.substr(line.find(' ') + 1));
      return "";
    }
    const auto verb = verbs_.find(command.verb);
    if (verb == verbs_.end()) throw std::runtime_error{"unknown command: " + line};
    (this->*verb->second)(command);
    for (const std::string& traced : cluster_->take_trace()) seen_ << traced << '\n';
    return std::exchange(seen_, {}).str();
  }

 private:
  using Verb = void (Interpreter::*)(const Command&);

  void begin(const Command& command) {
    Cluster::Options options;
    for (const std::string& word : command.words) {
      options.conf.voters.push_back(member_from(word));
    }
    if (command.named.contains("learner")) {
      options.conf.learners.push_back(command.member("learner"));
    }
    options.start = Index{std::stoull(command.value("start", "0"))};
    if (command.value("disk", "instant") == "slow") options.disk = Cluster::Disk::slow;
    options.config.inflight_messages_max =
        static_cast<std::uint32_t>(std::stoul(command.value("window", "512")));
    options.config.pre_vote = command.value("pre_vote", "on") == "on";
    options.config.check_quorum = command.value("check_quorum", "on") == "on";
    cluster_ = std::make_unique<Cluster>(options);
  }

  static Cluster::Choice choice(const Command& command) {
    const MemberId to = command.member();
    if (!command.named.contains("from")) return Cluster::to(to);
    const MemberId from = command.member("from");
    return [to, from](const Message& m) { return m.to == to && m.from == from; };
  }

  void member(const Command& c) { cluster_->add(c.member()); }
  void tick(const Command& c) { cluster_->tick(c.member(), static_cast<int>(c.number(1, 1))); }
  void campaign(const Command& c) { cluster_->campaign(c.member()); }
  void elect(const Command& c) {
    cluster_->elect(c.member());
    cluster_->take_trace();
  }
  void propose(const Command& c) {
    cluster_->propose(c.member(), {c.words.begin() + 1, c.words.end()});
  }
  void conf(const Command& c) { cluster_->change(c.member(), c.rest()); }
  void read(const Command& c) { cluster_->read(c.member(), c.rest()); }
  void transfer(const Command& c) { cluster_->step(c.member(), TransferAsked{c.member("to")}); }
  void deliver(const Command& c) { cluster_->deliver(choice(c)); }
  void drop(const Command& c) { cluster_->drop(choice(c)); }
  void write(const Command& c) { cluster_->write(c.member(), c.number(1, SIZE_MAX)); }
  void apply(const Command& c) { cluster_->apply(c.member()); }
  void hold(const Command& c) { cluster_->hold_apply(c.member()); }
  void restart(const Command& c) { cluster_->restart(c.member(), c.number(1, 0)); }
  void isolate(const Command& c) { cluster_->isolate(c.member()); }
  void rejoin(const Command& c) { cluster_->rejoin(c.member()); }
  void unreachable(const Command& c) { cluster_->step(c.member(), Unreachable{c.member("peer")}); }
  void compact(const Command& c) {
    cluster_->compact(c.member(), Index{std::stoull(c.named.at("to"))});
  }
  void stabilize(const Command& c) {
    std::vector<MemberId> among;
    for (const std::string& word : c.words) among.push_back(member_from(word));
    cluster_->stabilize(among);
  }
  void status(const Command& c) { cluster_->node(c.member()).dump(seen_); }
  void log(const Command& c) { seen_ << cluster_->log(c.member()) << '\n'; }

  const std::map<std::string, Verb> verbs_{
      {"member", &Interpreter::member},
      {"tick", &Interpreter::tick},
      {"campaign", &Interpreter::campaign},
      {"elect", &Interpreter::elect},
      {"propose", &Interpreter::propose},
      {"conf", &Interpreter::conf},
      {"read", &Interpreter::read},
      {"transfer", &Interpreter::transfer},
      {"deliver", &Interpreter::deliver},
      {"drop", &Interpreter::drop},
      {"write", &Interpreter::write},
      {"apply", &Interpreter::apply},
      {"hold", &Interpreter::hold},
      {"restart", &Interpreter::restart},
      {"isolate", &Interpreter::isolate},
      {"rejoin", &Interpreter::rejoin},
      {"unreachable", &Interpreter::unreachable},
      {"compact", &Interpreter::compact},
      {"stabilize", &Interpreter::stabilize},
      {"status", &Interpreter::status},
      {"log", &Interpreter::log},
  };
  std::unique_ptr<Cluster> cluster_;
  std::ostringstream seen_;
};

std::filesystem::path directory;
bool is_rewritten = false;
std::vector<std::string> names;

std::vector<std::filesystem::path> chosen_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{directory}) {
    const std::string name = entry.path().stem().string();
    const bool is_chosen = names.empty() || std::ranges::find(names, name) != names.end();
    if (entry.path().extension() == ".txt" && is_chosen) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

TEST_CASE("interactions go as the transcripts say") {
  const std::vector<std::filesystem::path> files = chosen_files();
  CHECK_FALSE(files.empty());
  for (const std::filesystem::path& file : files) {
    INFO(file.filename().string());
    Interpreter interpreter;
    const auto run = [&](const std::string& line) { return interpreter.run(line); };
    for (const std::string& difference :
         quorate::testing::run_transcript(file, run, is_rewritten)) {
      FAIL_CHECK(difference);
    }
  }
}

}  // namespace quorate::raft::testing

int main(int argc, char** argv) {
  using namespace quorate::raft::testing;
  const std::vector<std::string> arguments{argv + 1, argv + argc};
  if (arguments.empty()) {
    std::cerr << "usage: raft_golden_test DIRECTORY [--rewrite] [NAME...]\n";
    return 2;
  }
  directory = arguments.front();
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "--rewrite") {
      is_rewritten = true;
    } else {
      names.push_back(arguments[i]);
    }
  }
  return doctest::Context{}.run();
}
