// Files from and for a real etcd.
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "common/boltfile/cursor.h"
#include "common/boltfile/file.h"
#include "common/boltfile/image_writer.h"
#include "common/boltfile/trailer.h"
#include "tests/peers/command.h"
#include "tests/peers/etcd_process.h"

using namespace quorate;
using boltfile::Cursor;
using boltfile::File;
using boltfile::ImageWriter;
using boltfile::PairList;
using test::EtcdProcess;
using test::TempDir;

namespace {

const std::vector<std::string> kBuckets{"alarm", "auth",  "authRoles", "authUsers",       "cluster",
                                        "key",   "lease", "members",   "members_removed", "meta"};

bool has_etcd() {
  if (test::peer_program("etcd") && test::peer_program("etcdctl")) return true;
  MESSAGE("SKIPPED: QUORATE_PEERS names no directory with an etcd and an etcdctl in it");
  return false;
}

// etcdctl against one server, or (for snapshot files) none.
struct Ctl {
  std::string endpoint = "127.0.0.1:1";

  std::string operator()(std::vector<std::string> words, const std::string& input = {}) const {
    std::vector<std::string> all{test::peer_program("etcdctl")->string(), "--endpoints=" + endpoint,
                                 "--dial-timeout=60s", "--command-timeout=60s"};
    all.insert(all.end(), words.begin(), words.end());
    const auto result = test::run_command(all, input);
    INFO("etcdctl " << words[0] << ": " << result.err);
    REQUIRE(result.status == 0);
    return result.out;
  }
  // As many keys as etcd takes in one transaction.
  void put_hundred(const std::string& prefix, int first, const std::string& value) const {
    std::string script = "\n";
    for (int n = first; n < first + 100; ++n) {
      script += "put " + prefix + std::to_string(n) + " " + value + std::to_string(n) + "\n";
    }
    (*this)({"txn"}, script + "\n\n");
  }
  // Everything there is, without what differs between servers.
  [[nodiscard]] std::string all_pairs() const {
    return nlohmann::json::parse((*this)({"get", "", "--from-key", "-w=json"}))["kvs"].dump();
  }
  void save_snapshot(const std::string& path) const { (*this)({"snapshot", "save", path}); }
  [[nodiscard]] nlohmann::json snapshot_status(const std::string& path) const {
    return nlohmann::json::parse((*this)({"snapshot", "status", path, "-w=json"}));
  }
};

// Some of everything that etcd keeps in its file.
void fill(const Ctl& ctl) {
  for (int n = 0; n < 30; ++n) ctl.put_hundred("key/", n * 100, std::string(180, 'v'));
  ctl({"del", "key/1", "key/2"});
  ctl({"put", "big", std::string(100'000, 'b')});
  ctl({"put", "bigger"}, std::string(1'300'000, 'B'));
  const std::string granted = ctl({"lease", "grant", "3600"});
  const std::string lease = granted.substr(6, granted.find(' ', 6) - 6);
  ctl({"put", "leased", "v", "--lease=" + lease});
  ctl({"compact", "10"});
  ctl({"user", "add", "alice:secret"});
  ctl({"role", "add", "reader"});
  ctl({"role", "grant-permission", "reader", "read", "key/", "key0"});
  ctl({"user", "grant-role", "alice", "reader"});
  for (int n = 0; n < 5; ++n) ctl({"put", "again", std::to_string(n)});
}

// The main revision of the last row, as `snapshot status` takes it.
std::int64_t revision_of(const File& file) {
  const auto rows = file.bucket("key");
  REQUIRE(rows.has_value());
  REQUIRE(rows->has_value());
  const auto last = (*rows)->last();
  REQUIRE(last.has_value());
  REQUIRE(last->has_value());
  std::int64_t main = 0;
  for (int i = 0; i < 8; ++i) main = main * 256 + static_cast<unsigned char>((*last)->key[i]);
  return main;
}

// Checks that we see in a file what etcdctl sees in it.
void compare_with_status(const Ctl& ctl, const std::string& path) {
  const auto file = File::open(path);
  REQUIRE(file.has_value());
  const Status sound = file->check();
  INFO((sound ? "" : sound.error().message));
  REQUIRE(sound.has_value());
  const auto digest = file->digest();
  REQUIRE(digest.has_value());
  const auto status = ctl.snapshot_status(path);
  CHECK(digest->crc == status["hash"].get<std::uint32_t>());
  CHECK(digest->pairs == status["totalKey"].get<std::uint64_t>());
  CHECK(file->image_bytes() == status["totalSize"].get<std::uint64_t>());
  CHECK(revision_of(*file) == status["revision"].get<std::int64_t>());
}

void check_trailer(const std::string& path) {
  const auto mapped = boltfile::MappedFile::open(path);
  REQUIRE(mapped.has_value());
  const auto trailer = boltfile::read_trailer(mapped->bytes());
  REQUIRE(trailer.has_value());
  CHECK(trailer->stored == trailer->computed);
}

// The file `from`, as we write it, with a trailer.
void rewrite(const std::string& from, const std::string& to) {
  const auto file = File::open(from);
  REQUIRE(file.has_value());
  std::vector<PairList> lists(kBuckets.size());
  std::vector<ImageWriter::BucketSource> sources;
  for (std::size_t i = 0; i < kBuckets.size(); ++i) {
    const auto bucket = file->bucket(kBuckets[i]);
    REQUIRE(bucket.has_value());
    REQUIRE(bucket->has_value());
    Cursor cursor = (*bucket)->cursor();
    for (auto pair = cursor.next(); *pair; pair = cursor.next()) {
      lists[i].add(std::string{(*pair)->key}, std::string{(*pair)->value});
    }
    sources.push_back({kBuckets[i], &lists[i]});
  }
  auto writer = ImageWriter::plan(sources);
  REQUIRE(writer.has_value());
  std::ofstream out{to, std::ios::binary};
  boltfile::Sha256 hash;
  const Status written = writer->write_to([&](std::string_view chunk) -> Status {
    hash.add(chunk);
    out << chunk;
    return {};
  });
  REQUIRE(written.has_value());
  CHECK(static_cast<std::uint64_t>(out.tellp()) == writer->image_bytes());
  const auto digest = hash.finish();
  out.write(reinterpret_cast<const char*>(digest.data()), digest.size());
}

}  // namespace

TEST_CASE("a snapshot of a running etcd is read completely, and so is the file it leaves behind") {
  if (!has_etcd()) return;
  const TempDir dir;
  const std::string data = (dir.path() / "etcd").string();
  EtcdProcess::Options options;
  options.more_flags = {"--data-dir=" + data};
  EtcdProcess etcd{options};
  const Ctl ctl{etcd.endpoint()};
  fill(ctl);

  const std::string path = (dir.path() / "snapshot").string();
  ctl.save_snapshot(path);
  compare_with_status(ctl, path);
  check_trailer(path);
  const auto file = File::open(path);
  const auto users = file->bucket("authUsers");
  REQUIRE(users->has_value());
  CHECK((*users)->find("alice")->has_value());
  CHECK(!(*users)->find("bob")->has_value());

  // In a live file pages are free, metas alternate, and nothing is behind the pages.
  etcd.kill();
  const auto live = File::open(data + "/member/snap/db");
  REQUIRE(live.has_value());
  CHECK(live->check().has_value());
  CHECK(revision_of(*live) == revision_of(*file));
}

TEST_CASE("etcd takes a file we wrote for one of its own and works with it") {
  if (!has_etcd()) return;
  const TempDir dir;
  const std::string theirs = (dir.path() / "theirs").string();
  const std::string ours = (dir.path() / "ours").string();
  std::string pairs;
  {
    const EtcdProcess etcd;
    const Ctl ctl{etcd.endpoint()};
    fill(ctl);
    ctl.save_snapshot(theirs);
    pairs = ctl.all_pairs();
  }
  rewrite(theirs, ours);
  compare_with_status({}, ours);
  CHECK(Ctl{}.snapshot_status(ours)["hash"] == Ctl{}.snapshot_status(theirs)["hash"]);

  const std::string data = (dir.path() / "restored").string();
  EtcdProcess::Options options;
  options.more_flags = {"--data-dir=" + data};
  const std::string peer = "http://127.0.0.1:" + std::to_string(options.peer_port);
  Ctl{}({"snapshot", "restore", ours, "--data-dir=" + data, "--name=default",
         "--initial-cluster=default=" + peer, "--initial-advertise-peer-urls=" + peer});
  EtcdProcess etcd{options};
  const Ctl ctl{etcd.endpoint()};
  CHECK(ctl.all_pairs() == pairs);
  CHECK(ctl({"user", "get", "alice"}).find("reader") != std::string::npos);
  CHECK(ctl({"lease", "list"}).find("found 1 leases") != std::string::npos);

  // Removing rows makes bbolt merge the pages we made; then it splits them again.
  ctl({"del", "key/", "key0"});
  const std::string status = ctl({"endpoint", "status", "-w=json"});
  const auto revision =
      nlohmann::json::parse(status)[0]["Status"]["header"]["revision"].get<std::int64_t>();
  ctl({"compact", std::to_string(revision), "--physical"});
  for (int n = 0; n < 10; ++n) ctl.put_hundred("new/", n * 100, std::string(300, 'n'));
  ctl({"defrag"});
  ctl.put_hundred("after/", 0, "defrag");
  const std::string again = (dir.path() / "again").string();
  ctl.save_snapshot(again);
  compare_with_status(ctl, again);
  pairs = ctl.all_pairs();

  etcd.kill();
  etcd.start();
  CHECK(ctl.all_pairs() == pairs);
}
