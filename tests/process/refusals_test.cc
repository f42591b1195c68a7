// What the server will not start on: one sentence says why, the exit status is etcd's, and what was
// there stays as it was.
#include <chrono>
#include <fstream>
#include <map>
#include <sstream>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "tests/peers/certificates.h"
#include "tests/peers/command.h"
#include "tests/peers/etcd_process.h"

using namespace quorate::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

void put_content(const fs::path& path, const std::string& bytes) {
  std::ofstream{path, std::ios::binary} << bytes;
}

void flip(const fs::path& path, std::size_t at) {
  std::string bytes = content_of(path);
  REQUIRE(at < bytes.size());
  bytes[at] = static_cast<char>(~bytes[at]);
  put_content(path, bytes);
}

// Everything below a directory.
using Image = std::map<std::string, std::string>;
Image image_of(const fs::path& dir) {
  Image image;
  for (const auto& entry : fs::recursive_directory_iterator{dir}) {
    image[entry.path().string()] = entry.is_regular_file() ? content_of(entry.path()) : "";
  }
  return image;
}

// The lines on which they differ, short enough to be read.
std::string difference(const Image& before, const Image& after) {
  std::string out;
  for (const auto& [path, content] : before) {
    const auto found = after.find(path);
    if (found == after.end()) out += "gone: " + path + "\n";
    if (found != after.end() && found->second != content) out += "changed: " + path + "\n";
  }
  for (const auto& [path, content] : after) {
    if (!before.contains(path)) out += "new: " + path + "\n";
  }
  return out;
}

struct Flags {
  fs::path data;
  int port = free_port();
  std::vector<std::string> more{};
  int peer_port = free_port();

  [[nodiscard]] std::vector<std::string> words() const {
    const std::string client = "http://127.0.0.1:" + std::to_string(port);
    const std::string peer = "http://127.0.0.1:" + std::to_string(peer_port);
    std::vector<std::string> out{"/usr/bin/timeout",
                                 "20",
                                 QUORATE,
                                 "--name=one",
                                 "--log-level=error",
                                 "--data-dir=" + data.string(),
                                 "--listen-client-urls=" + client,
                                 "--advertise-client-urls=" + client,
                                 "--listen-peer-urls=" + peer,
                                 "--initial-advertise-peer-urls=" + peer,
                                 "--initial-cluster=one=" + peer};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
};

// Starts the server, which must refuse. Its sentence, which is all it says.
std::string refusal(const Flags& flags) {
  const CommandResult result = run_command(flags.words());
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  const bool is_one_line = result.err.find('\n') + 1 == result.err.size();
  CHECK_MESSAGE(is_one_line, result.err);
  return result.err;
}

// The same, with everything below `dir` as it was.
std::string untouched_refusal(const Flags& flags, const fs::path& dir) {
  const Image before = image_of(dir);
  const std::string sentence = refusal(flags);
  CHECK(difference(before, image_of(dir)).empty());
  return sentence;
}

void check_says(const std::string& sentence, const std::string& part) {
  CHECK_MESSAGE(sentence.find(part) != std::string::npos, sentence, " lacks ", part);
}

void sqlite(const fs::path& file, const char* sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  REQUIRE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

// A running server on a directory of ours.
struct Server {
  explicit Server(const fs::path& data, std::vector<std::string> flags = {})
      : process{options(data, std::move(flags))} {}
  static EtcdProcess::Options options(const fs::path& data, std::vector<std::string> flags) {
    EtcdProcess::Options out;
    out.program = QUORATE;
    out.name = "one";
    out.more_flags = std::move(flags);
    out.more_flags.push_back("--data-dir=" + data.string());
    return out;
  }
  void put(const std::string& key, const std::string& value) {
    const auto result =
        run_command({QUORATECTL, "--endpoints=" + process.endpoint(), "put", key}, value);
    REQUIRE_MESSAGE(result.status == 0, result.err, process.log());
  }
  EtcdProcess process;
};

// The directory of a member that ran, wrote some keys and ended; all rows are in the table itself.
void fill(const fs::path& data) {
  {
    Server server{data};
    for (int i = 0; i < 5; ++i) server.put("key" + std::to_string(i), std::string(2000, 'v'));
  }
  sqlite(data / "member" / "table.db", "PRAGMA wal_checkpoint(TRUNCATE)");
}

fs::path first_segment(const fs::path& data) {
  return data / "member" / "wal" / "00000001.wal";
}

}  // namespace

TEST_CASE("a port in use, for clients or for peers") {
  const TempDir dir;
  const Server other{dir.path() / "other"};
  Flags flags{dir.path() / "mine"};
  Flags peer_flags{dir.path() / "mine"};
  const auto endpoint = other.process.endpoint();
  flags.port = std::stoi(endpoint.substr(endpoint.find(':') + 1));
  // It binds before it answers: wait for that.
  (void)run_command({QUORATECTL, "--endpoints=" + endpoint, "get", "x"});
  peer_flags.peer_port = flags.port;
  for (const Flags& refused : {flags, peer_flags}) {
    check_says(refusal(refused), "listen tcp " + endpoint + ": Address already in use");
  }
  CHECK_FALSE(fs::exists(dir.path() / "mine"));
}

TEST_CASE("a data directory that is a file, or in one") {
  const TempDir dir;
  const fs::path file = dir.path() / "file";
  put_content(file, "mine");
  check_says(untouched_refusal({file}, dir.path()), file.string());
  check_says(untouched_refusal({file / "data"}, dir.path()), (file / "data").string());
  Flags flags{dir.path() / "data"};
  flags.more = {"--wal-dir=" + file.string()};
  check_says(refusal(flags), file.string());
  CHECK(content_of(file) == "mine");
}

TEST_CASE("a data directory that another server uses") {
  const TempDir dir;
  const fs::path data = dir.path() / "data";
  Server server{data};
  server.put("k", "v");
  check_says(refusal({data}), (data / "LOCK").string() + " is locked: another process uses");
  server.put("k", "v2");
}

TEST_CASE("the data directory of an etcd member") {
  const TempDir dir;
  const fs::path data = dir.path() / "data";
  if (peer_program("etcd")) {
    EtcdProcess::Options options;
    options.more_flags = {"--data-dir=" + data.string()};
    const EtcdProcess etcd{options};
    const auto result =
        run_command({QUORATECTL, "--endpoints=" + etcd.endpoint(), "put", "k", "v"});
    REQUIRE_MESSAGE(result.status == 0, result.err, etcd.log());
  } else {
    fs::create_directories(data / "member" / "snap");
    put_content(data / "member" / "snap" / "db", "a bolt file");
  }
  check_says(untouched_refusal({data}, data),
             "data directory " + data.string() +
                 " belongs to an etcd member; choose another --data-dir and restore a snapshot");
}

TEST_CASE("files that are damaged, missing or of another kind") {
  const TempDir dir;
  const fs::path data = dir.path() / "data";
  fill(data);
  const fs::path table = data / "member" / "table.db";
  const auto sentence = [&] { return untouched_refusal({data}, data); };

  SUBCASE("a byte in the middle of the log") {
    flip(first_segment(data), 6000);
    check_says(sentence(), first_segment(data).string());
  }
  SUBCASE("the log's first page") {
    flip(first_segment(data), 20);
    check_says(sentence(), first_segment(data).string());
  }
  SUBCASE("the table's header") {
    flip(table, 3);
    check_says(sentence(), table.string() + ": file is not a database");
  }
  SUBCASE("the table's first page") {
    flip(table, 100);
    check_says(sentence(), table.string() + ": database disk image is malformed");
  }
  SUBCASE("a table of another program") {
    put_content(table, "");
    for (const char* suffix : {"-wal", "-shm"}) fs::remove(table.string() + suffix);
    REQUIRE(
        run_command({"/usr/bin/sqlite3", table.string(), "CREATE TABLE songs (title)"}).status ==
        0);
    check_says(sentence(), table.string() + " is an SQLite file of another program");
  }
  SUBCASE("a user in the table") {
    sqlite(table, "INSERT INTO authUsers VALUES ('u', x'00')");
    check_says(sentence(), "cannot be used: auth: damaged user");
  }
  SUBCASE("the log of the table") {
    fs::remove_all(data / "member" / "wal");
    check_says(sentence(), "the log of " + table.string() + " is missing: ");
  }
}

TEST_CASE("a table that is gone, or older than the log beside it") {
  const TempDir dir;
  const fs::path data = dir.path() / "data";
  const fs::path table = data / "member" / "table.db";
  {
    // Enough for several small segments, the first of which are not needed any more.
    Server server{data, {"--wal-segment-bytes=1000000"}};
    server.put("k", "v");
    fs::copy_file(table, dir.path() / "old.db");
    for (int i = 0; i < 20; ++i) server.put("k" + std::to_string(i), std::string(1'000'000, 'v'));
    // Once a checkpoint has made the first rows durable, which may take its time.
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (fs::exists(first_segment(data))) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      server.put("k", "v");
    }
  }
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(table.string() + suffix);
  check_says(untouched_refusal({data}, data), "begins behind entry");
  fs::copy_file(dir.path() / "old.db", table);
  check_says(untouched_refusal({data}, data), "begins behind entry");
}

TEST_CASE("certificates that cannot be used") {
  const TempDir dir;
  const Authority authority{dir.path()};
  const auto one = authority.issue("one");
  const auto two = authority.issue("two");
  const fs::path nonsense = dir.path() / "nonsense.pem";
  put_content(nonsense, "-----BEGIN CERTIFICATE-----\nnonsense\n");
  const auto sentence = [&](const fs::path& cert, const fs::path& key, const fs::path& ca = {}) {
    Flags flags{dir.path() / "data"};
    const std::string url = "https://127.0.0.1:" + std::to_string(flags.port);
    flags.more = {"--listen-client-urls=" + url, "--advertise-client-urls=" + url,
                  "--cert-file=" + cert.string(), "--key-file=" + key.string()};
    if (!ca.empty()) flags.more.push_back("--trusted-ca-file=" + ca.string());
    const std::string said = untouched_refusal(flags, dir.path());
    return said;
  };
  check_says(sentence(dir.path() / "none.crt", one.key), (dir.path() / "none.crt").string());
  check_says(sentence(one.cert, dir.path() / "none.key"), (dir.path() / "none.key").string());
  check_says(sentence(nonsense, one.key), nonsense.string());
  check_says(sentence(one.cert, nonsense), nonsense.string());
  check_says(sentence(one.cert, two.key), two.key.string());
  check_says(sentence(one.cert, one.key, dir.path() / "none.pem"),
             (dir.path() / "none.pem").string());
  check_says(sentence(one.cert, one.key, nonsense), nonsense.string());
}

TEST_CASE("tokens that cannot be made or checked") {
  const TempDir dir;
  const fs::path nonsense = dir.path() / "nonsense.pem";
  put_content(nonsense, "nonsense");
  const auto sentence = [&](const std::string& token) {
    Flags flags{dir.path() / "data"};
    flags.more = {"--auth-token=" + token};
    return untouched_refusal(flags, dir.path());
  };
  for (const char* bad : {"", "other", "jwt", "jwt,", "simple,", "jwt,sign-method=none",
                          "jwt,sign-method=RS256,ttl=soon"}) {
    CAPTURE(bad);
    check_says(sentence(bad),
               std::string{"--auth-token: neither simple nor jwt with good options: "} + bad);
  }
  const std::string key = (dir.path() / "none.pem").string();
  check_says(sentence("jwt,sign-method=RS256,priv-key=" + key),
             "--auth-token: cannot read the key file " + key);
  check_says(sentence("jwt,sign-method=RS256,priv-key=" + dir.path().string()),
             "--auth-token: cannot read the key file " + dir.path().string());
  check_says(sentence("jwt,sign-method=RS256"), "--auth-token: auth: missing key data");
  check_says(sentence("jwt,sign-method=RS256,priv-key=" + nonsense.string()),
             "--auth-token: auth:");
  CHECK_FALSE(fs::exists(dir.path() / "data"));
}

TEST_CASE("flags nobody knows, and values that contradict each other") {
  const TempDir dir;
  Flags flags{dir.path() / "data"};
  flags.more = {"--nope"};
  const auto unknown = run_command(flags.words());
  CHECK(unknown.status == 2);
  CHECK(unknown.err.starts_with("flag provided but not defined: -nope\n"));
  flags.more = {"--election-timeout=1"};
  const auto contradiction = run_command(flags.words());
  CHECK(contradiction.status == 1);
  CHECK(contradiction.err.starts_with("quorate: --election-timeout[1ms]"));
  CHECK_FALSE(fs::exists(flags.data));
}
