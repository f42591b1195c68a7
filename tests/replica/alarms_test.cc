// Alarms and the quota, on one member worked by hand.
#include <doctest/doctest.h>

#include "server/replica/space.h"
#include "tests/replica/hand_member.h"

using namespace quorate;
using namespace quorate::replica;
using namespace quorate::replica::testing;
using etcdserverpb::AlarmRequest;

namespace {

const std::string kNoSpace = "etcdserver: mvcc: database space exceeded";
const std::string kCorrupt = "etcdserver: corrupt cluster";

std::vector<Alarm> alarms_of(const AnswerPtr& answer) {
  REQUIRE(answer->is_there());
  return std::get<std::vector<Alarm>>((*answer->result)->outcome);
}

etcdserverpb::TxnRequest put_in_txn(int depth) {
  etcdserverpb::TxnRequest request;
  auto* op = request.add_failure();
  if (depth > 0) {
    *op->mutable_request_txn() = put_in_txn(depth - 1);
  } else {
    op->mutable_request_put()->set_key("inner");
    op->mutable_request_put()->set_value("value");
  }
  return request;
}

HandMember with_quota(std::int64_t bytes) {
  HandMember::Options options = HandMember{}.options;
  options.config.quota_bytes = bytes;
  return HandMember{options};
}

}  // namespace

TEST_CASE("an alarm is answered, listed, kept over a restart, and cleared exactly") {
  HandMember member;
  member.run();
  const Alarm alarm{etcdserverpb::NOSPACE, MemberId{7}};
  auto raised = member.alarm(AlarmRequest::ACTIVATE, etcdserverpb::NOSPACE, MemberId{7});
  auto again = member.alarm(AlarmRequest::ACTIVATE, etcdserverpb::NOSPACE, MemberId{7});
  auto other = member.alarm(AlarmRequest::ACTIVATE, etcdserverpb::CORRUPT);
  auto none = member.alarm(AlarmRequest::ACTIVATE, etcdserverpb::NONE);
  member.run();
  CHECK(alarms_of(raised) == std::vector{alarm});
  CHECK(alarms_of(again) == std::vector{alarm});
  CHECK(alarms_of(none).empty());

  member.restart();
  member.run();
  CHECK(member.replica->machine().alarms().list(etcdserverpb::NONE).size() == 2);
  CHECK(member.replica->machine().alarms().list(etcdserverpb::NOSPACE) == std::vector{alarm});

  auto wrong = member.alarm(AlarmRequest::DEACTIVATE, etcdserverpb::NOSPACE, MemberId{0});
  auto right = member.alarm(AlarmRequest::DEACTIVATE, etcdserverpb::NOSPACE, MemberId{7});
  member.run();
  CHECK(alarms_of(wrong).empty());
  CHECK(alarms_of(right) == std::vector{alarm});
  member.restart();
  member.run();
  CHECK(member.replica->machine().alarms().list(etcdserverpb::NOSPACE).empty());
}

TEST_CASE("without space only what adds to the store is held back") {
  HandMember member;
  member.put("a", "1");
  member.run();
  member.alarm(AlarmRequest::ACTIVATE, etcdserverpb::NOSPACE, MemberId{7});
  member.run();
  auto put = member.put("b", "1");
  auto txn = member.txn(put_if_value("a", "1", "2"));
  auto grant = member.grant_lease(5);
  auto remove = member.remove("a");
  auto compact = member.compact(2);
  member.run();
  CHECK(put->error() == kNoSpace);
  CHECK(txn->error() == kNoSpace);
  CHECK(grant->error() == kNoSpace);
  CHECK(remove->error() == "ok");
  CHECK(compact->error() == "ok");
  CHECK(member.read_all().empty());

  member.alarm(AlarmRequest::DEACTIVATE, etcdserverpb::NOSPACE, MemberId{7});
  auto after = member.put("b", "1");
  member.run();
  CHECK(after->error() == "ok");
}

// What an old member of the cluster proposed is applied as the old member applies it.
TEST_CASE("a put in an inner transaction is refused where it comes in, not where it is applied") {
  HandMember member;
  member.run();
  auto before = member.txn(put_in_txn(2));
  member.alarm(AlarmRequest::ACTIVATE, etcdserverpb::NOSPACE);
  auto behind = member.txn(put_in_txn(2));
  auto outer = member.txn(put_in_txn(0));
  member.run();
  CHECK(before->error() == "ok");
  CHECK(behind->error() == "ok");
  CHECK(outer->error() == kNoSpace);
  auto refused = member.txn(put_in_txn(2));
  CHECK(refused->error() == kNoSpace);
}

TEST_CASE("with damage nothing is changed, and that is what is said first") {
  HandMember member;
  member.put("a", "1");
  member.run();
  member.alarm(AlarmRequest::ACTIVATE, etcdserverpb::NOSPACE);
  member.alarm(AlarmRequest::ACTIVATE, etcdserverpb::CORRUPT);
  auto put = member.put("b", "1");
  auto txn = member.txn(put_if_value("a", "1", "2"));
  auto remove = member.remove("a");
  auto compact = member.compact(2);
  auto grant = member.grant_lease(5);
  auto read = member.confirm_read();
  member.run();
  for (const auto& each : {put, txn, remove, compact, grant}) CHECK(each->error() == kCorrupt);
  CHECK(read->error == "ok");
  CHECK(member.read_all() == "a=1@2");
}

TEST_CASE("what is over the quota is refused once everybody can see the alarm") {
  HandMember member = with_quota(1000);
  member.run();
  CHECK(member.put("fits", "1")->error() == "none yet");
  member.run();
  member.replica->set_table_size({5000, 700});  // what is in use counts, not the file's length
  auto last = member.put("k", "v");             // 700 + 258
  member.replica->set_table_size({5000, 800});
  auto first = member.put("k", "v");
  auto second = member.grant_lease(5);
  auto txn = member.txn(put_in_txn(1));
  auto remove = member.remove("fits");
  CHECK(first->error() == "none yet");
  member.run();
  CHECK(last->error() == "ok");
  CHECK(first->error() == kNoSpace);
  CHECK(second->error() == kNoSpace);  // the alarm is before it in the log
  CHECK(txn->error() == kNoSpace);
  CHECK(remove->error() == "ok");
  CHECK(member.replica->machine().alarms().has({etcdserverpb::NOSPACE, MemberId{1}}));
}

TEST_CASE("rows on their way to the file count; a negative quota is none") {
  HandMember member = with_quota(1000);
  member.run();
  member.put("a", std::string(500, 'a'));
  member.run_without_table();
  auto over = member.put("b", std::string(200, 'b'));
  member.run_without_table();
  CHECK(over->error() == kNoSpace);

  HandMember unlimited = with_quota(-1);
  unlimited.run();
  unlimited.replica->set_table_size({std::int64_t{1} << 40, std::int64_t{1} << 40});
  auto put = unlimited.put("a", "1");
  unlimited.run();
  CHECK(put->error() == "ok");
}

TEST_CASE("a request costs what its dearer branch puts, however deep") {
  etcdserverpb::TxnRequest txn;
  txn.add_success()->mutable_request_put()->set_key("k");
  txn.mutable_success(0)->mutable_request_put()->set_value("value");
  txn.add_success()->mutable_request_delete_range()->set_key("k");
  CHECK(space_cost(Request{txn}) == 256 + 6);
  *txn.add_failure()->mutable_request_txn() = put_in_txn(3);
  CHECK(space_cost(Request{txn}) == 256 + 10);
  CHECK(space_cost(Request{PutView{.key = "k", .value = "value"}}) == 256 + 6);
  CHECK(space_cost(Request{etcdserverpb::LeaseGrantRequest{}}) == 64);
  CHECK(space_cost(Request{etcdserverpb::DeleteRangeRequest{}}) == 0);
}

TEST_CASE("alarms have the text and the form of etcd's") {
  const Alarm alarm{etcdserverpb::NOSPACE, MemberId{5}};
  CHECK(to_text(alarm) == "memberID:5 alarm:NOSPACE ");
  CHECK(to_text({etcdserverpb::CORRUPT, MemberId{}}) == "alarm:CORRUPT ");
  CHECK(stored_key(alarm) == "\x08\x05\x10\x01");
  CHECK(*parse_alarm_key(stored_key(alarm)) == alarm);
  CHECK_FALSE(parse_alarm_key("\x08").has_value());
}
