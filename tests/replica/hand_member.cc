#include "tests/replica/hand_member.h"

#include "proto/raft.pb.h"
#include "server/membership/member_json.h"
#include "server/replica/conf_state_json.h"

namespace quorate::replica::testing {

std::string Answer::error() const {
  if (!result) return "none yet";
  return result->has_value() ? "ok" : result->error().message;
}

namespace {

HandMember::Options alone() {
  HandMember::Options options;
  options.config.id = MemberId{1};
  options.config.name = "one";
  options.config.api_version = "3.5.0";
  options.config.raft.id = MemberId{1};
  return options;
}

}  // namespace

HandMember::HandMember() : HandMember{alone()} {}

HandMember::HandMember(const Options& with) : options{with} {
  write_bootstrap();
  start();
}

// A cluster's log begins with the entries that add its members.
void HandMember::write_bootstrap() {
  raft::Persist bootstrap;
  for (const std::uint64_t id : options.voters) {
    membership::Member member;
    member.id = MemberId{id};
    member.peer_urls = {"http://peer-" + std::to_string(id) + ":2380"};
    raftpb::ConfChange change;
    change.set_type(raftpb::ConfChangeAddNode);
    change.set_node_id(id);
    change.set_context(membership::to_json(member));
    bootstrap.entries.push_back({Term{1}, Index{bootstrap.entries.size() + 1},
                                 raft::EntryType::conf_change,
                                 SharedBytes{change.SerializeAsString()}});
  }
  bootstrap.hard_state = raft::HardState{Term{1}, {}, Index{options.voters.size()}};
  log.disk.write(bootstrap);
}

Restored HandMember::restored() const {
  Restored out;
  raft::ConfState conf;
  for (const auto& [place, value] : table.areas) {
    if (place.first == Area::members) {
      out.members.restore(std::move(membership::parse_member(value)->member));
    }
    if (place.first == Area::alarm) out.alarms.push_back(*parse_alarm_key(place.second));
    if (place.second == "confState") conf = *parse_conf_state(value);
    if (place.second == "clusterVersion") out.cluster_version = value;
  }
  if (table.applied == Index{}) {
    for (const std::uint64_t id : options.voters) conf.voters.emplace_back(id);
  }
  out.raft = log.disk.restored(table.applied, conf);
  return out;
}

void HandMember::start() {
  clock.advance(std::chrono::seconds{1});  // ids are made of the time
  const Ports ports{log, table, peers, tasks, tokens, auth::StoreWorld::hash_of};
  replica = std::make_unique<Replica>(options.config, ports, restored(), Rng{1}, clock, Log{});
  std::vector<AreaChange> areas;
  for (const auto& [place, value] : table.areas) {
    areas.push_back({place.first, place.second, value});
  }
  ENSURE(replica->machine().restore_access(areas));
  for (const auto& [number, row] : table.rows) replica->machine().restore(*row);
  const auto revision_of = [&](const char* name) {
    const auto found = table.areas.find({Area::meta, name});
    return found == table.areas.end() ? Revision{-1} : *decode_revision(found->second);
  };
  const Revision scheduled = revision_of("scheduledCompactRev");
  replica->table().restored(scheduled, scheduled);
  if (scheduled > revision_of("finishedCompactRev")) replica->resume_compaction(scheduled);
  is_ready = false;
  replica->start([this] { is_ready = true; });
  tick();  // hands out what is known as committed
}

void HandMember::restart() {
  log.crash();
  table.crash();
  tasks.waiting.clear();
  replica.reset();
  start();
}

void HandMember::run() {
  do {
    run_without_table();
    tick();  // rows are handed to the file by the tick
    while (!table.writes.empty()) table.write_one();
    while (!table.reads.empty()) table.read_one();
    flush();
  } while (!log.waiting.empty() || !tasks.waiting.empty() || !table.writes.empty() ||
           !table.reads.empty());
}

void HandMember::run_without_table() {
  do {
    flush();
    while (!log.waiting.empty()) log.sync_one();
    while (!tasks.waiting.empty()) tasks.run_one();
    flush();
  } while (!log.waiting.empty() || !tasks.waiting.empty());
}

void HandMember::tick(int times) {
  for (int i = 0; i < times; ++i) {
    replica->tick();
    flush();
  }
}

AnswerPtr HandMember::propose(const auth::Identity& who, Request request, std::string_view wire) {
  auto answer = std::make_shared<Answer>();
  replica->propose(who, std::move(request), wire, [answer](const Command&, Result<Applied> result) {
    ++answer->times;
    answer->result.emplace(std::move(result));
  });
  return answer;
}

AnswerPtr HandMember::put(const etcdserverpb::PutRequest& request, const auth::Identity& who) {
  const std::string wire = request.SerializeAsString();
  PutView view;
  ENSURE(parse_put(wire, view));
  return propose(who, Request{view}, wire);
}

AnswerPtr HandMember::put(std::string_view key, std::string_view value) {
  etcdserverpb::PutRequest request;
  request.set_key(std::string{key});
  request.set_value(std::string{value});
  return put(request);
}

AnswerPtr HandMember::txn(const etcdserverpb::TxnRequest& request) {
  return propose({}, request);
}

AnswerPtr HandMember::compact(std::int64_t revision) {
  etcdserverpb::CompactionRequest request;
  request.set_revision(revision);
  return propose({}, request);
}

AnswerPtr HandMember::remove(std::string_view key) {
  etcdserverpb::DeleteRangeRequest request;
  request.set_key(std::string{key});
  return propose({}, request);
}

AnswerPtr HandMember::grant_lease(std::int64_t id, std::int64_t ttl) {
  etcdserverpb::LeaseGrantRequest request;
  request.set_id(id);
  request.set_ttl(ttl);
  return propose({}, request);
}

AnswerPtr HandMember::alarm(etcdserverpb::AlarmRequest::AlarmAction action,
                            etcdserverpb::AlarmType type, MemberId member) {
  etcdserverpb::AlarmRequest request;
  request.set_action(action);
  request.set_alarm(type);
  request.set_memberid(member.value());
  return propose({}, request);
}

ReadAnswerPtr HandMember::confirm_read() {
  auto answer = std::make_shared<ReadAnswer>();
  replica->confirm_read([answer](const Status& status) {
    ++answer->times;
    answer->error = status ? "ok" : status.error().message;
  });
  return answer;
}

std::string HandMember::read_all() {
  Taker taker;
  const auto read = replica->make_range_read(everything(), taker);
  read->start();
  while (taker.end.empty()) {
    while (!table.reads.empty()) table.read_one();
    if (!tasks.waiting.empty()) tasks.run_one();
  }
  std::string all;
  for (const auto& value : taker.values) all.append(all.empty() ? "" : " ").append(value);
  return all;
}

void Taker::on_begin(Revision newest, Revision at) {
  begun = std::to_string(at.value()) + "/" + std::to_string(newest.value());
}

bool Taker::on_rows(std::span<const mvcc::RowPtr> rows) {
  for (const auto& row : rows) {
    keys.emplace_back(row->key());
    values.push_back(std::string{row->key()} + "=" + std::string{row->value()} + "@" +
                     std::to_string(row->mod_revision().value()));
  }
  return is_greedy;
}

void Taker::on_done(std::int64_t count, bool has_more) {
  end = std::to_string(count) + (has_more ? " more" : "");
}

void Taker::on_failed(const Error& error) {
  end = error.message;
}

RangeQuery everything() {
  RangeQuery query;
  query.key = std::string(1, '\0');
  query.range_end = std::string(1, '\0');
  return query;
}

etcdserverpb::TxnRequest put_if_value(std::string_view key, std::string_view is,
                                      std::string_view then) {
  etcdserverpb::TxnRequest request;
  auto* compare = request.add_compare();
  compare->set_key(std::string{key});
  compare->set_target(etcdserverpb::Compare::VALUE);
  compare->set_result(etcdserverpb::Compare::EQUAL);
  compare->set_value(std::string{is});
  auto* put = request.add_success()->mutable_request_put();
  put->set_key(std::string{key});
  put->set_value(std::string{then});
  return request;
}

}  // namespace quorate::replica::testing
