#include "server/data_dir.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <sys/stat.h>
#include <thread>

#include "common/hex.h"
#include "proto/raft.pb.h"
#include "server/config/initial_cluster.h"
#include "server/membership/ids.h"
#include "server/membership/member_json.h"
#include "server/replica/conf_state_json.h"

namespace quorate {
namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const std::string& sentence) {
  throw std::runtime_error{sentence};
}

struct Paths {
  explicit Paths(const config::MemberConfig& member)
      : root{member.data_dir},
        member_dir{root / "member"},
        table{member_dir / "table.db"},
        wal{member.wal_dir.empty() ? member_dir / "wal" : fs::path{member.wal_dir}} {}
  fs::path root;
  fs::path member_dir;
  fs::path table;
  fs::path wal;
};

void make_dir(const fs::path& dir, const Log& log) {
  std::error_code error;
  if (fs::is_directory(dir, error)) {
    struct stat info {};
    if (::stat(dir.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
      log.warn("check file permission",
               {{"error", "directory \"" + dir.string() +
                              "\" is readable by others; its files hold all keys and values. "
                              "The recommended mode is 0700"}});
    }
    return;
  }
  fs::create_directories(dir, error);
  if (error) refuse("cannot create directory " + dir.string() + ": " + error.message());
  fs::permissions(dir, fs::perms::owner_all, error);
}

// An etcd member's files are not ours to touch: a snapshot is the way from one to the other.
void refuse_foreign(const Paths& paths) {
  std::error_code error;
  if (!fs::exists(paths.member_dir / "snap" / "db", error)) return;
  refuse("data directory " + paths.root.string() +
         " belongs to an etcd member; choose another --data-dir and restore a snapshot of that "
         "member into it");
}

std::size_t reader_count(const config::StorageConfig& storage) {
  if (storage.reader_threads > 0) return storage.reader_threads;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 4);
}

class Opening {
 public:
  Opening(const config::Config& config, Executor& home, const Clock& clock, const Log& log)
      : config_{config}, paths_{config.member}, home_{home}, clock_{clock}, log_{log} {}

  DataDir open() {
    refuse_foreign(paths_);
    make_dir(paths_.root, log_);
    out_.disk = std::make_unique<wal::PosixDisk>();
    auto lock = out_.disk->lock(paths_.root / "LOCK");
    if (!lock) refuse(lock.error().message);
    out_.lock = std::move(*lock);
    make_dir(paths_.member_dir, log_);
    const bool has_log = wal::Wal::exists(*out_.disk, paths_.wal);
    std::error_code error;
    if (!has_log && fs::exists(paths_.table, error)) {
      refuse("the log of " + paths_.table.string() + " is missing: " + paths_.wal.string() +
             " holds none");
    }
    has_log ? restart() : begin();
    return std::move(out_);
  }

 private:
  wal::Surroundings surroundings() { return {*out_.disk, home_, clock_, log_}; }

  wal::Options wal_options() const {
    wal::Options options;
    options.dir = paths_.wal;
    options.segment_bytes_max = config_.storage.wal_segment_bytes;
    options.sync = config_.storage.unsafe_no_fsync ? wal::Sync::off : wal::Sync::on;
    return options;
  }

  void open_table() {
    store::Options options;
    options.path = paths_.table.string();
    options.readers = reader_count(config_.storage);
    options.syncs = !config_.storage.unsafe_no_fsync;
    const auto old_mask = ::umask(077);
    out_.table = std::make_unique<store::TableFile>(options, home_, log_);
    ::umask(old_mask);
  }

  // ---- A new member

  void begin() {
    out_.is_new = true;
    const auto cluster = initial_cluster();
    std::vector<MemberId> ids;
    for (const auto& [name, urls] : cluster) {
      const MemberId id =
          membership::initial_member_id(urls, config_.cluster.initial_cluster_token);
      ids.push_back(id);
      if (name == config_.member.name) out_.identity.member = id;
    }
    out_.identity.cluster = membership::cluster_id(ids);
    open_table();
    make_dir(paths_.wal.parent_path(), log_);
    auto wal = wal::Wal::create(surroundings(), wal_options(), out_.identity);
    if (!wal) refuse(wal.error().message);
    out_.wal = std::move(*wal);
    write_bootstrap();
  }

  config::InitialCluster initial_cluster() const {
    auto cluster = config::parse_initial_cluster(config_.cluster.initial_cluster);
    if (!cluster) refuse(cluster.error().message);
    if (config_.cluster.state == config::ClusterState::existing || cluster->size() > 1) {
      refuse("this version runs clusters of one member only: --initial-cluster names " +
             std::to_string(cluster->size()) + " and --initial-cluster-state is " +
             config_.cluster.initial_cluster_state);
    }
    return *cluster;
  }

  // A cluster begins with a log that adds its members, the same on each of them.
  void write_bootstrap() {
    auto cluster = initial_cluster();
    std::vector<membership::Member> members;
    for (auto& [name, urls] : cluster) {
      membership::Member member;
      member.id = membership::initial_member_id(urls, config_.cluster.initial_cluster_token);
      member.name = name;
      member.peer_urls = url_texts(urls);
      members.push_back(std::move(member));
    }
    std::sort(members.begin(), members.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    raft::Persist& bootstrap = out_.bootstrap;
    for (const auto& member : members) {
      raftpb::ConfChange change;
      change.set_id(0);
      change.set_type(raftpb::ConfChangeAddNode);
      change.set_node_id(member.id.value());
      change.set_context(membership::to_json(member));
      const Index index{bootstrap.entries.size() + 1};
      bootstrap.entries.push_back(
          {Term{1}, index, raft::EntryType::conf_change, SharedBytes{change.SerializeAsString()}});
      out_.restored.raft.conf.voters.push_back(member.id);
    }
    bootstrap.hard_state = raft::HardState{Term{1}, MemberId{}, Index{members.size()}};
    out_.restored.raft.hard_state = *bootstrap.hard_state;
    out_.restored.raft.entries = bootstrap.entries;
  }

  // ---- A member that ran before

  void restart() {
    auto opened = wal::Wal::open(surroundings(), wal_options());
    if (!opened) refuse(opened.error().message);
    out_.wal = std::move(opened->wal);
    auto& contents = opened->contents;
    out_.identity = contents.identity;
    std::error_code error;
    if (contents.start_index != Index{} && !fs::exists(paths_.table, error)) {
      refuse("the log in " + paths_.wal.string() + " begins behind entry " +
             std::to_string(contents.start_index.value()) + ", but " + paths_.table.string() +
             " with what came before is missing");
    }
    open_table();
    const auto loaded = out_.table->load();
    raft::Restored& raft = out_.restored.raft;
    raft.hard_state = contents.hard_state;
    raft.start_index = contents.start_index;
    raft.start_term = contents.start_term;
    raft.entries = std::move(contents.entries);
    raft.applied = loaded.applied;
    // The process ended between creating the log and writing what a cluster begins with.
    if (raft.entries.empty() && raft.start_index == Index{} && loaded.applied == Index{}) {
      return write_bootstrap();
    }
    if (raft.applied == Index{}) raft.conf = bootstrap_conf(raft.entries);
    take_areas(loaded.areas);
    check_agreement();
  }

  // The members that the first entries add, known before they are applied.
  static raft::ConfState bootstrap_conf(const std::vector<raft::Entry>& entries) {
    raft::ConfState conf;
    for (const auto& entry : entries) {
      raftpb::ConfChange change;
      if (entry.type != raft::EntryType::conf_change || entry.term != Term{1}) break;
      if (!change.ParseFromString(std::string{entry.data.view()})) break;
      conf.voters.emplace_back(change.node_id());
    }
    return conf;
  }

  void take_areas(const std::vector<replica::AreaChange>& areas) {
    Revision scheduled{-1};
    Revision finished{-1};
    for (const auto& each : areas) {
      switch (each.area) {
        case replica::Area::meta:
          if (each.key == "confState") take_conf(*each.value);
          if (each.key == "scheduledCompactRev") scheduled = take_revision(*each.value);
          if (each.key == "finishedCompactRev") finished = take_revision(*each.value);
          break;
        case replica::Area::members:
          take_member(*each.value);
          break;
        case replica::Area::members_removed:
          if (const auto id = parse_hex(each.key)) {
            out_.restored.members.restore_removed(MemberId{*id});
          }
          break;
        case replica::Area::lease:
          take_lease(each.key, *each.value);
          break;
        case replica::Area::alarm:
          take_alarm(each.key);
          break;
        case replica::Area::auth:
        case replica::Area::auth_users:
        case replica::Area::auth_roles:
          out_.access.push_back(each);
          break;
        case replica::Area::cluster:
          if (each.key == "clusterVersion") out_.restored.cluster_version = *each.value;
          if (each.key == "downgrade") take_downgrade(*each.value);
          break;
      }
    }
    out_.compacted = std::max(scheduled, finished);
    if (scheduled > finished) out_.compacting = scheduled;
  }

  void take_conf(const std::string& json) {
    auto conf = replica::parse_conf_state(json);
    if (!conf) refuse(paths_.table.string() + ": " + conf.error().message);
    out_.restored.raft.conf = std::move(*conf);
  }

  Revision take_revision(const std::string& bytes) const {
    const auto revision = replica::decode_revision(bytes);
    if (!revision) refuse(paths_.table.string() + ": a stored revision cannot be read");
    return *revision;
  }

  void take_member(const std::string& json) {
    auto change = membership::parse_member(json);
    if (!change) refuse(paths_.table.string() + ": " + change.error().message);
    out_.restored.members.restore(std::move(change->member));
  }

  void take_lease(const std::string& key, const std::string& value) {
    auto record = lease::parse_record(key, value);
    if (!record) refuse(paths_.table.string() + ": " + record.error().message);
    out_.restored.leases.push_back(*record);
  }

  void take_alarm(const std::string& key) {
    auto alarm = replica::parse_alarm_key(key);
    if (!alarm) refuse(paths_.table.string() + ": " + alarm.error().message);
    out_.restored.alarms.push_back(*alarm);
  }

  void take_downgrade(const std::string& json) {
    auto downgrade = membership::parse_downgrade(json);
    if (!downgrade) refuse(paths_.table.string() + ": " + downgrade.error().message);
    out_.restored.downgrade = std::move(*downgrade);
  }

  // Log and table belong together: together they must hold every entry.
  void check_agreement() const {
    const auto& raft = out_.restored.raft;
    const auto last = Index{raft.start_index.value() + raft.entries.size()};
    if (raft.start_index > raft.applied) {
      refuse("the log in " + paths_.wal.string() + " begins behind entry " +
             std::to_string(raft.start_index.value()) + ", but the table in " +
             paths_.table.string() + " ends at " + std::to_string(raft.applied.value()) +
             ": they are not of the same member, or one of them was replaced");
    }
    if (last < raft.applied) {
      refuse("the log in " + paths_.wal.string() + " ends at entry " +
             std::to_string(last.value()) + ", but the table in " + paths_.table.string() +
             " is at " + std::to_string(raft.applied.value()) +
             ": they are not of the same member, or one of them was replaced");
    }
  }

  const config::Config& config_;
  Paths paths_;
  Executor& home_;
  const Clock& clock_;
  const Log& log_;
  DataDir out_;
};

}  // namespace

DataDir open_data_dir(const config::Config& config, Executor& home, const Clock& clock,
                      const Log& log) {
  return Opening{config, home, clock, log}.open();
}

}  // namespace quorate
