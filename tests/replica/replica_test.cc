#include "server/replica/replica.h"

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/replica/hand_member.h"

using namespace quorate;
using namespace quorate::replica;
using namespace quorate::replica::testing;

namespace {

HandMember::Options small(std::size_t cache_bytes = 16 << 20) {
  HandMember::Options options = HandMember{}.options;
  options.config.cache_bytes_max = cache_bytes;
  return options;
}

}  // namespace

TEST_CASE("a lone member leads at once, publishes itself and is ready") {
  HandMember member;
  CHECK_FALSE(member.is_ready);
  member.run();
  CHECK(member.is_ready);
  CHECK(member.replica->raft_status().role == raft::Role::leader);
  CHECK(member.replica->members().find(MemberId{1})->name == "one");
  CHECK(member.replica->cluster_version() == "3.5.0");
  CHECK(member.peers.sent.empty());
}

TEST_CASE("a command is answered once its entry is durable, and written to the file afterwards") {
  HandMember member;
  member.run();
  const auto answer = member.put("k", "v");
  CHECK(member.log.waiting.empty());  // a turn's commands go together
  member.flush();
  REQUIRE(member.log.waiting.size() == 1);
  CHECK_FALSE(answer->is_there());
  CHECK(member.replica->table().revision() == Revision{1});
  member.log.sync_one();
  CHECK(answer->error() == "ok");
  CHECK(answer->revision() == 2);
  member.flush();
  CHECK(member.table.writes.empty());  // until the tick
  member.tick();
  REQUIRE(member.table.writes.size() == 1);
  member.table.write_one();
  CHECK(member.table.rows.size() == 1);
  CHECK(answer->times == 1);
}

TEST_CASE("what comes in one turn is one write of the log; answers come in its order") {
  HandMember member;
  member.run();
  std::vector<AnswerPtr> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(member.put("k", std::to_string(i)));
  member.flush();
  CHECK(member.log.waiting.size() == 1);
  member.log.sync_one();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    REQUIRE(answers[i]->is_there());
    CHECK(answers[i]->revision() == static_cast<std::int64_t>(i) + 2);
  }
  CHECK(member.read_all() == "k=19@21");
}

TEST_CASE("a command whose time is up is answered once; it may still be applied") {
  HandMember member;
  member.options.config.request_timeout_ticks = 3;
  member.restart();
  member.run();
  const auto answer = member.put("k", "v");
  member.flush();
  member.tick(2);
  CHECK(answer->error() == "none yet");
  member.tick();
  CHECK(answer->error() == "etcdserver: request timed out");
  CHECK(member.replica->proposals_pending() == 0);
  member.run();
  CHECK(answer->times == 1);
  CHECK(member.read_all() == "k=v@2");
}

TEST_CASE("without a leader commands wait for one, and time out") {
  auto options = small();
  options.voters = {1, 2};
  HandMember member{options};
  member.run();
  CHECK(member.replica->raft_status().leader == MemberId{});
  const auto answer = member.put("k", "v");
  member.flush();
  CHECK(member.log.waiting.empty());
  member.tick(70);
  CHECK(answer->error() == "etcdserver: request timed out");
}

TEST_CASE("a request is too large when its entry is") {
  HandMember member;
  member.options.config.request_bytes_max = 1000;
  member.restart();
  member.run();
  // The largest that fits, found from below.
  std::size_t largest = 0;
  for (std::size_t size = 900; size < 1000; ++size) {
    const auto answer = member.put("k", std::string(size, 'v'));
    member.run();
    if (answer->error() != "ok") {
      CHECK(answer->error() == "etcdserver: request is too large");
      CHECK(answer->result->error().code == Code::invalid_argument);
      break;
    }
    largest = size;
  }
  CHECK(member.log.disk.entries.back().data.size() == 1000);
  CHECK(largest > 900);
  CHECK(largest < 999);
}

TEST_CASE("rows that the file has not taken are bounded: writes wait for it, then are refused") {
  auto options = small();
  options.config.unflushed_bytes_max = 10'000;
  HandMember member{options};
  member.run();
  std::vector<AnswerPtr> answers;
  std::map<std::string, int> errors;
  for (int i = 0; i < 20; ++i) {
    answers.push_back(member.put("k", std::string(1'000, 'v')));
    member.run_without_table();
    ++errors[answers.back()->error()];
  }
  CHECK(errors["ok"] >= 6);
  CHECK(errors["none yet"] >= 2);
  CHECK(errors["etcdserver: too many requests"] >= 9);
  CHECK(member.replica->table().cache().unflushed_bytes() > 7'500);
  CHECK(member.replica->table().cache().unflushed_bytes() < 9'000);
  member.run();
  errors.clear();
  for (const auto& answer : answers) ++errors[answer->error()];
  CHECK(errors["none yet"] == 0);
  CHECK(errors["ok"] >= 8);
  const auto after = member.put("k", "v");
  member.run();
  CHECK(after->error() == "ok");
}

TEST_CASE("what was proposed and not yet written counts against the same bound") {
  auto options = small();
  options.config.unflushed_bytes_max = 10'000;
  HandMember member{options};
  member.run();
  std::vector<AnswerPtr> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(member.put("k", std::string(1'000, 'v')));
  CHECK(answers.front()->error() == "none yet");
  CHECK(answers.back()->error() == "etcdserver: too many requests");
}

TEST_CASE(
    "a transaction that compares a value in the file waits for it, all later ones behind it") {
  HandMember member{small(0)};
  member.run();
  (void)member.put("k", "old");
  member.run();
  const auto txn = member.txn(put_if_value("k", "old", "new"));
  const auto after = member.put("k", "newest");
  member.flush();
  member.log.sync_one();
  CHECK(txn->error() == "none yet");
  CHECK(after->error() == "none yet");
  REQUIRE(member.table.reads.size() == 1);
  member.table.read_one();
  REQUIRE(txn->is_there());
  CHECK(std::get<mvcc::TxnOutcome>((*txn->result)->outcome).succeeded);
  CHECK(txn->revision() == 3);
  CHECK(after->revision() == 4);
  member.run();
  CHECK(member.read_all() == "k=newest@4");
}

TEST_CASE("while applying waits for rows a backlog builds up, and is bounded") {
  auto options = small(0);
  options.config.apply_backlog_max = 5;
  HandMember member{options};
  member.run();
  (void)member.put("k", "old");
  member.run();
  const auto txn = member.txn(put_if_value("k", "old", "new"));
  member.flush();
  member.log.sync_one();
  int taken = 0;
  for (; taken < 20 && member.put("other", "v")->error() == "none yet"; ++taken) {
    member.flush();
    member.log.sync_one();
  }
  CHECK(taken == 5);
  CHECK(member.put("other", "v")->error() == "etcdserver: too many requests");
  member.table.read_one();
  CHECK(txn->error() == "ok");
  CHECK(member.put("other", "v")->error() == "none yet");
}

TEST_CASE("a put that keeps its value waits for the row that holds it") {
  HandMember member{small(0)};
  member.run();
  (void)member.put("k", "kept");
  member.run();
  etcdserverpb::PutRequest request;
  request.set_key("k");
  request.set_ignore_value(true);
  const auto answer = member.put(request);
  member.flush();
  member.log.sync_one();
  CHECK(answer->error() == "none yet");
  member.run();
  CHECK(answer->error() == "ok");
  CHECK(member.read_all() == "k=kept@3");
}

TEST_CASE("a command that fails when applied is answered with why, and changes nothing") {
  HandMember member;
  member.run();
  etcdserverpb::PutRequest request;
  request.set_key("not there");
  request.set_ignore_value(true);
  const auto put = member.put(request);
  const auto compaction = member.compact(100);
  member.run();
  CHECK(put->error() == "etcdserver: key not found");
  CHECK(compaction->error() == "etcdserver: mvcc: required revision is a future revision");
  CHECK(member.replica->table().revision() == Revision{1});
  CHECK(member.table.rows.empty());
}

TEST_CASE("stopping answers everybody who waits, and everybody who comes") {
  HandMember member;
  member.run();
  const auto under_way = member.put("a", "1");
  member.flush();
  const auto collected = member.put("b", "2");
  const auto read = member.confirm_read();
  member.replica->stop();
  const auto late = member.put("c", "3");
  const auto late_read = member.confirm_read();
  for (const auto& answer : {under_way, collected, late}) {
    CHECK(answer->error() == "etcdserver: server stopped");
  }
  CHECK(read->error == "etcdserver: server stopped");
  CHECK(late_read->error == "etcdserver: server stopped");
  member.log.sync_one();
  CHECK(under_way->times == 1);
}

TEST_CASE("stopping while applying waits for rows answers whom it holds up") {
  HandMember member{small(0)};
  member.run();
  (void)member.put("k", "old");
  member.run();
  const auto txn = member.txn(put_if_value("k", "old", "new"));
  member.flush();
  member.log.sync_one();
  const auto read = member.confirm_read();
  member.flush();
  CHECK(read->error == "none yet");
  member.replica->stop();
  CHECK(txn->error() == "etcdserver: server stopped");
  CHECK(read->error == "etcdserver: server stopped");
  member.table.read_one();
  CHECK(txn->times == 1);
  CHECK(read->times == 1);
}

TEST_CASE("the log is released up to what the file holds durably, and forgotten in steps") {
  HandMember member;
  member.run();
  for (int i = 0; i < 3000; ++i) {
    (void)member.put("k", "v");
    if (i % 100 == 0) member.run();
  }
  member.run();
  CHECK(member.log.released == member.replica->raft_status().applied);
}
