// A backup of a running server goes through etcd's own tools, and a real etcd serves what is in it.
#include <atomic>
#include <filesystem>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "common/boltfile/file.h"
#include "tests/peers/command.h"
#include "tests/peers/etcd_process.h"

using namespace quorate;
using namespace quorate::test;
using nlohmann::json;

namespace {

bool has_etcd() {
  if (peer_program("etcd") && peer_program("etcdctl")) return true;
  MESSAGE("SKIPPED: QUORATE_PEERS names no directory with an etcd and an etcdctl in it");
  return false;
}

// One of the two clients, against one server or, for files, none.
struct Ctl {
  std::string program = peer_program("etcdctl")->string();
  std::string endpoint = "127.0.0.1:1";

  [[nodiscard]] CommandResult run(const std::vector<std::string>& words,
                                  const std::string& input = {}) const {
    std::vector<std::string> all{program, "--endpoints=" + endpoint, "--dial-timeout=60s",
                                 "--command-timeout=60s"};
    all.insert(all.end(), words.begin(), words.end());
    return run_command(all, input);
  }
  std::string operator()(const std::vector<std::string>& words,
                         const std::string& input = {}) const {
    const auto result = run(words, input);
    INFO(program << " " << words[0] << ": " << result.err);
    REQUIRE(result.status == 0);
    return result.out;
  }
  [[nodiscard]] json ask(std::vector<std::string> words) const {
    words.push_back("-w=json");
    return json::parse((*this)(words));
  }
  [[nodiscard]] json all_pairs() const { return ask({"get", "", "--from-key"})["kvs"]; }
  [[nodiscard]] std::int64_t revision() const {
    return ask({"get", "x"})["header"]["revision"].get<std::int64_t>();
  }
};

EtcdProcess start_quorate(std::vector<std::string> flags = {}) {
  EtcdProcess::Options options;
  options.program = QUORATE;
  options.more_flags = std::move(flags);
  EtcdProcess server{options};
  const Ctl ctl{QUORATECTL, server.endpoint()};
  REQUIRE_MESSAGE(ctl.run({"get", "x"}).status == 0, server.log());
  return server;
}

void put_hundred(const Ctl& ctl, const std::string& prefix, int first, const std::string& value) {
  std::string script = "\n";
  for (int n = first; n < first + 100; ++n) {
    script += "put " + prefix + std::to_string(n) + " " + value + std::to_string(n) + "\n";
  }
  ctl({"txn"}, script + "\n\n");
}

// Restores into a new etcd, with etcd's own tool.
EtcdProcess restore(const std::string& snapshot, const std::string& data_dir) {
  EtcdProcess::Options options;
  options.more_flags = {"--data-dir=" + data_dir};
  const std::string peer = "http://127.0.0.1:" + std::to_string(options.peer_port);
  Ctl{}({"snapshot", "restore", snapshot, "--data-dir=" + data_dir, "--name=default",
         "--initial-cluster=default=" + peer, "--initial-advertise-peer-urls=" + peer});
  return EtcdProcess{options};
}

}  // namespace

TEST_CASE("a backup by either client passes etcd's checks, and etcd serves all that was in it") {
  if (!has_etcd()) return;
  const TempDir dir;
  const EtcdProcess server = start_quorate();
  const Ctl ctl{QUORATECTL, server.endpoint()};
  for (int n = 0; n < 30; ++n) put_hundred(ctl, "key/", n * 100, std::string(180, 'v'));
  ctl({"put", "big"}, std::string(1'300'000, 'B'));
  ctl({"del", "key/1", "key/2"});
  const std::string granted = ctl({"lease", "grant", "3600"});
  const std::string lease = granted.substr(6, granted.find(' ', 6) - 6);
  ctl({"put", "leased", "v", "--lease=" + lease});
  ctl({"compact", "10", "--physical"});
  for (int n = 0; n < 5; ++n) ctl({"put", "again", std::to_string(n)});

  const std::string path = (dir.path() / "ours").string();
  ctl({"snapshot", "save", path});
  const std::string other = (dir.path() / "theirs").string();
  Ctl{.endpoint = server.endpoint()}({"snapshot", "save", other});
  const auto file = boltfile::File::open(path);
  REQUIRE(file.has_value());
  REQUIRE(file->check().has_value());
  const json status = Ctl{}.ask({"snapshot", "status", path});
  CHECK(status == Ctl{}.ask({"snapshot", "status", other}));
  CHECK(status["totalSize"] == Ctl{QUORATECTL}.ask({"snapshot", "status", path})["totalSize"]);
  CHECK(status["revision"].get<std::int64_t>() == ctl.revision());
  CHECK(status["hash"].get<std::uint32_t>() == file->digest()->crc);

  const EtcdProcess etcd = restore(path, (dir.path() / "restored").string());
  const Ctl restored{.endpoint = etcd.endpoint()};
  CHECK(restored.all_pairs() == ctl.all_pairs());
  CHECK(restored.revision() == ctl.revision());
  CHECK(restored.ask({"lease", "timetolive", lease, "--keys"})["keys"] ==
        ctl.ask({"lease", "timetolive", lease, "--keys"})["keys"]);
  const auto hash_of = [](const Ctl& of) {
    return of.ask({"endpoint", "hashkv"})[0]["HashKV"]["hash"].get<std::uint32_t>();
  };
  CHECK(hash_of(restored) == hash_of(ctl));
  // It is a live database, not only a readable one.
  restored({"del", "key/", "key0"});
  restored({"compact", std::to_string(restored.revision()), "--physical"});
  for (int n = 0; n < 10; ++n) put_hundred(restored, "new/", n * 100, std::string(300, 'n'));
  restored({"defrag"});
  restored({"lease", "revoke", lease});
}

TEST_CASE("what is backed up while clients write is of one moment") {
  if (!has_etcd()) return;
  const TempDir dir;
  const EtcdProcess server = start_quorate();
  const Ctl ctl{QUORATECTL, server.endpoint()};
  for (int n = 0; n < 50; ++n) put_hundred(ctl, "ballast/", n * 100, std::string(1000, 'v'));
  // Each transaction puts one number under two keys.
  std::atomic<bool> is_over = false;
  std::atomic<int> done = 0;
  std::thread writer{[&] {
    while (!is_over) {
      const std::string number = std::to_string(done);
      (void)ctl.run({"txn"}, "\nput a " + number + "\nput z/last " + number + "\n\n\n");
      ++done;
    }
  }};
  while (done < 3) std::this_thread::yield();
  const int before = done;
  const std::string path = (dir.path() / "snapshot").string();
  const auto saved = ctl.run({"snapshot", "save", path});
  is_over = true;
  writer.join();
  REQUIRE(saved.status == 0);

  const EtcdProcess etcd = restore(path, (dir.path() / "restored").string());
  const Ctl restored{.endpoint = etcd.endpoint()};
  const std::string value = restored({"get", "a", "--print-value-only"});
  CHECK(value == restored({"get", "z/last", "--print-value-only"}));
  CHECK(std::stoi(value) >= before - 1);  // what was acknowledged before is in it
  CHECK(restored.ask({"get", "ballast/", "--prefix", "--keys-only"})["kvs"].size() == 5000);
}

TEST_CASE("an alarm is in the backup, and holds writes back where it is restored") {
  if (!has_etcd()) return;
  const TempDir dir;
  const EtcdProcess server = start_quorate({"--quota-backend-bytes=200000"});
  const Ctl ctl{QUORATECTL, server.endpoint()};
  CommandResult put;
  for (int n = 0; n < 100 && put.err.empty(); ++n)
    put = ctl.run({"put", "k"}, std::string(60'000, 'k'));
  CHECK(put.err.find("etcdserver: mvcc: database space exceeded") != std::string::npos);
  const std::string path = (dir.path() / "snapshot").string();
  ctl({"snapshot", "save", path});
  const EtcdProcess etcd = restore(path, (dir.path() / "restored").string());
  const Ctl restored{.endpoint = etcd.endpoint()};
  CHECK(restored({"alarm", "list"}) == ctl({"alarm", "list"}));
  CHECK(restored.run({"put", "a", "b"}).err.find("database space exceeded") != std::string::npos);
  restored({"alarm", "disarm"});
  restored({"put", "a", "b"});

  // Room is made here as there: compact, give it back, disarm.
  ctl({"del", "k"});
  ctl({"compact", std::to_string(ctl.revision()), "--physical"});
  ctl({"defrag"});
  CHECK(ctl.run({"put", "a", "b"}).status != 0);
  ctl({"alarm", "disarm"});
  ctl({"put", "a", "b"});
}

TEST_CASE("users and roles are in the backup, and hold where it is restored") {
  if (!has_etcd()) return;
  const TempDir dir;
  const EtcdProcess server = start_quorate({"--bcrypt-cost=4"});
  const Ctl ctl{QUORATECTL, server.endpoint()};
  for (const char* name : {"root", "demo"}) {
    ctl({"role", "add", name});
    ctl({"user", "add", std::string{name} + ":" + name + "pw"});
    ctl({"user", "grant-role", name, name});
  }
  ctl({"role", "grant-permission", "demo", "readwrite", "demo/", "--prefix"});
  ctl({"auth", "enable"});
  ctl({"--user=demo:demopw", "put", "demo/a", "1"});
  const std::string path = (dir.path() / "snapshot").string();
  ctl({"--user=root:rootpw", "snapshot", "save", path});

  const EtcdProcess etcd = restore(path, (dir.path() / "restored").string());
  const Ctl restored{.endpoint = etcd.endpoint()};
  CHECK(restored.run({"get", "demo/a"}).err.find("user name is empty") != std::string::npos);
  CHECK(restored({"--user=demo:demopw", "get", "demo/a", "--print-value-only"}) == "1\n");
  CHECK(restored.run({"--user=demo:guess", "get", "demo/a"}).status != 0);
  CHECK(restored.run({"--user=demo:demopw", "get", "other"}).err.find("permission denied") !=
        std::string::npos);
  restored({"--user=root:rootpw", "put", "other", "2"});
}
