#include "server/replica/pending.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::replica;

namespace {

struct Fixture {
  void add(std::uint64_t id, std::uint64_t deadline) {
    Command command;
    command.header.id = RequestId{id};
    pending.add(
        std::move(command),
        [this](const Command& answered, const Result<Applied>& result) {
          CHECK_FALSE(result.has_value());
          said.push_back(std::to_string(answered.header.id.value()) + " " + result.error().message);
        },
        deadline);
  }
  std::vector<std::string> said;
  PendingCommands pending;
};

const Error kLate{Code::unavailable, "late"};

}  // namespace

TEST_CASE("commands are answered when their time is up, in order, the taken ones not") {
  Fixture f;
  f.add(1, 10);
  f.add(2, 10);
  f.add(3, 11);
  CHECK(f.pending.take(RequestId{2}).has_value());
  CHECK_FALSE(f.pending.take(RequestId{2}).has_value());
  f.pending.expire(9, kLate);
  CHECK(f.said.empty());
  f.pending.expire(10, kLate);
  CHECK(f.said == std::vector<std::string>{"1 late"});
  CHECK(f.pending.size() == 1);
  f.pending.expire(100, kLate);
  CHECK(f.said == std::vector<std::string>{"1 late", "3 late"});
}

TEST_CASE("all fail at once, each once") {
  Fixture f;
  for (std::uint64_t id = 1; id <= 3; ++id) f.add(id, id);
  f.pending.fail_all({Code::unavailable, "over"});
  CHECK(f.said == std::vector<std::string>{"1 over", "2 over", "3 over"});
  f.pending.expire(100, kLate);
  CHECK(f.said.size() == 3);
  CHECK(f.pending.size() == 0);
}

TEST_CASE("a command may be added while another is answered") {
  Fixture f;
  Command command;
  command.header.id = RequestId{1};
  f.pending.add(
      std::move(command), [&](const Command&, const Result<Applied>&) { f.add(2, 20); }, 10);
  f.pending.expire(10, kLate);
  CHECK(f.pending.size() == 1);
  f.pending.expire(20, kLate);
  CHECK(f.said == std::vector<std::string>{"2 late"});
}
