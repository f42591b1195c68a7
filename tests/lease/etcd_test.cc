// What a real etcd answers and stores, next to what the book says.
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/boltfile/cursor.h"
#include "common/boltfile/file.h"
#include "common/hex.h"
#include "server/lease/book.h"
#include "tests/peers/command.h"
#include "tests/peers/etcd_process.h"

using namespace quorate;
using namespace std::chrono_literals;
using lease::Book;
using lease::Record;
using test::EtcdProcess;

namespace {

bool has_etcd() {
  if (test::peer_program("etcd") && test::peer_program("etcdctl")) return true;
  MESSAGE("SKIPPED: QUORATE_PEERS names no directory with an etcd and an etcdctl in it");
  return false;
}

struct Ctl {
  std::string endpoint;

  [[nodiscard]] test::CommandResult run(const std::vector<std::string>& words) const {
    std::vector<std::string> all{test::peer_program("etcdctl")->string(), "--endpoints=" + endpoint,
                                 "--dial-timeout=60s", "--command-timeout=60s"};
    all.insert(all.end(), words.begin(), words.end());
    return test::run_command(all);
  }
  [[nodiscard]] std::string operator()(const std::vector<std::string>& words) const {
    const auto result = run(words);
    INFO("etcdctl ", words[0], ": ", result.err);
    REQUIRE(result.status == 0);
    return result.out;
  }
  // Id and TTL from "lease 1234 granted with TTL(60s)".
  [[nodiscard]] Record grant(const std::string& ttl) const {
    const std::string text = (*this)({"lease", "grant", "--", ttl});
    const auto open = text.find('(');
    REQUIRE(open != std::string::npos);
    return {LeaseId{std::stoll(text.substr(6), nullptr, 16)}, std::stoll(text.substr(open + 1)), 0};
  }
};

std::string hex(LeaseId id) {
  return to_hex(static_cast<std::uint64_t>(id.value()));
}

}  // namespace

TEST_CASE("etcd raises and refuses the TTLs we do, and stores the same records") {
  if (!has_etcd()) return;
  const EtcdProcess etcd;
  const Ctl ctl{etcd.endpoint()};
  Book book{lease::shortest_ttl(1000ms, 100ms)};  // etcd's defaults
  std::map<std::string, std::string> expected;
  for (const std::string ttl : {"0", "1", "-5", "2", "3", "100", "9000000000"}) {
    const Record theirs = ctl.grant(ttl);
    const auto ours = book.grant(theirs.id, std::stoll(ttl));
    INFO("TTL ", ttl);
    REQUIRE(ours.has_value());
    CHECK(ours->ttl == theirs.ttl);
    if (theirs.ttl < 100) continue;  // may end before we look
    const auto change = lease::stored(*ours);
    expected[change.key] = *change.value;
  }
  const auto too_large = ctl.run({"lease", "grant", "9000000001"});
  CHECK(too_large.status != 0);
  const auto refused = book.grant(LeaseId{1}, 9'000'000'001);
  REQUIRE(!refused.has_value());
  CHECK(too_large.err.find(refused.error().message) != std::string::npos);

  const test::TempDir dir;
  const std::string path = (dir.path() / "snapshot").string();
  (void)ctl({"snapshot", "save", path});
  const auto file = boltfile::File::open(path);
  REQUIRE(file.has_value());
  const auto bucket = file->bucket("lease");
  REQUIRE(bucket.has_value());
  REQUIRE(bucket->has_value());
  std::map<std::string, std::string> found;
  for (auto cursor = (*bucket)->cursor();;) {
    const auto pair = cursor.next();
    REQUIRE(pair.has_value());
    if (!*pair) break;
    const auto record = lease::parse_record((*pair)->key, (*pair)->value);
    REQUIRE(record.has_value());
    if (record->ttl >= 100) found.emplace((*pair)->key, (*pair)->value);
  }
  CHECK(found == expected);
}

TEST_CASE("etcd moves a key to the lease it was put with last and deletes the keys of a lease") {
  if (!has_etcd()) return;
  const EtcdProcess etcd;
  const Ctl ctl{etcd.endpoint()};
  Book book{2};
  const Record first = ctl.grant("1000");
  const Record second = ctl.grant("1000");
  for (const Record& record : {first, second}) {
    REQUIRE(book.grant(record.id, record.ttl).has_value());
  }
  const auto put = [&](const std::string& key, const Record& record) {
    (void)ctl({"put", key, "v", "--lease=" + hex(record.id)});
    book.attach(record.id, key);
  };
  for (const char* key : {"c", "a", "b", "moved"}) put(key, first);
  put("moved", second);
  (void)ctl({"put", "b", "without"});
  book.detach("b");
  (void)ctl({"lease", "revoke", hex(first.id)});
  const auto deleted = book.revoke(first.id);
  REQUIRE(deleted.has_value());
  CHECK(*deleted == std::vector<std::string>{"a", "c"});
  CHECK(ctl({"get", "", "--from-key", "--keys-only"}) == "b\n\nmoved\n\n");
  const auto unknown = ctl.run({"lease", "revoke", hex(first.id)});
  CHECK(unknown.status != 0);
  const auto refused = book.revoke(first.id);
  REQUIRE(!refused.has_value());
  CHECK(unknown.err.find(refused.error().message) != std::string::npos);
}
