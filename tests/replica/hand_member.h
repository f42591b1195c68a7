// One member, its clients and its disk, worked by hand.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "server/replica/replica.h"
#include "tests/auth/store_world.h"
#include "tests/common/fake_clock.h"
#include "tests/replica/hand_ports.h"

namespace quorate::replica::testing {

// What came of a command; shared with the callback the replica holds.
struct Answer {
  int times = 0;  // answered so often
  std::optional<Result<Applied>> result;

  [[nodiscard]] bool is_there() const { return times == 1; }
  [[nodiscard]] std::string error() const;  // "none yet", "ok" or the error's text
  [[nodiscard]] std::int64_t revision() const { return (*result)->revision.value(); }
};
using AnswerPtr = std::shared_ptr<Answer>;

struct ReadAnswer {
  int times = 0;
  std::string error = "none yet";  // "ok" once it may be read
};
using ReadAnswerPtr = std::shared_ptr<ReadAnswer>;

class HandMember {
 public:
  struct Options {
    Config config;
    std::set<std::uint64_t> voters{1};
  };

  HandMember();  // its cluster's only one
  explicit HandMember(const Options& options);

  // Starts on what the disk holds.
  void start();
  // Loses everything that is not on the disk, and starts.
  void restart();
  // Runs until nothing is left to do.
  void run();
  // The same, but the table's file stands still.
  void run_without_table();
  void flush() { replica->flush(); }
  void tick(int times = 1);

  AnswerPtr put(std::string_view key, std::string_view value);
  AnswerPtr put(const etcdserverpb::PutRequest& request, const auth::Identity& who = {});
  AnswerPtr txn(const etcdserverpb::TxnRequest& request);
  AnswerPtr compact(std::int64_t revision);
  AnswerPtr remove(std::string_view key);
  AnswerPtr grant_lease(std::int64_t id, std::int64_t ttl = 100);
  AnswerPtr alarm(etcdserverpb::AlarmRequest::AlarmAction action, etcdserverpb::AlarmType type,
                  MemberId member = MemberId{1});
  template <class Message>
  AnswerPtr propose(const auth::Identity& who, const Message& request) {
    return propose(who, Request{request}, request.SerializeAsString());
  }
  ReadAnswerPtr confirm_read();

  // "key=value@mod" of every key that exists, in order, as clients would read it.
  std::string read_all();

  Options options;
  HandLog log;
  HandTable table;
  HandPeers peers;
  HandTasks tasks;
  FakeClock clock;
  auth::SeededSecrets secrets{1};
  auth::SimpleTokens tokens{clock, secrets, std::chrono::seconds{300}};
  bool is_ready = false;
  std::unique_ptr<Replica> replica;

 private:
  AnswerPtr propose(const auth::Identity& who, Request request, std::string_view wire);
  void write_bootstrap();
  [[nodiscard]] Restored restored() const;
};

// What a range read gives, in the order in which it comes.
class Taker final : public RangeTaker {
 public:
  void on_begin(Revision newest, Revision at) override;
  [[nodiscard]] bool has_room() override { return true; }
  bool on_rows(std::span<const mvcc::RowPtr> rows) override;
  void on_done(std::int64_t count, bool has_more) override;
  void on_failed(const Error& error) override;

  bool is_greedy = true;  // false: one piece at a time
  std::string begun;      // "at/newest"
  std::vector<std::string> keys;
  std::vector<std::string> values;
  std::string end;  // "count", "count more" or the error
};

[[nodiscard]] RangeQuery everything();
[[nodiscard]] etcdserverpb::TxnRequest put_if_value(std::string_view key, std::string_view is,
                                                    std::string_view then);

}  // namespace quorate::replica::testing
