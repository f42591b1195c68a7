// Files that are not ours, or no longer whole: one sentence that names the file, or the truth.
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "common/rng.h"
#include "server/store/row_reader.h"
#include "tests/common/temp_dir.h"
#include "tests/common/test_seed.h"
#include "tests/store/sample_rows.h"

using namespace quorate;
using namespace quorate::store;
using namespace quorate::store::testing;

namespace {

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

void put_content(const std::string& path, const std::string& bytes) {
  std::ofstream{path, std::ios::binary} << bytes;
}

// What a start says of the file; empty when it takes it.
std::string refusal_of(const std::string& path) {
  try {
    TableWriter writer{options_for(path)};
    (void)writer.load();
    Revision newest;
    RowNumber last;
    writer.load_rows([&](const mvcc::RowPtr& row) {
      CHECK(row->number() > last);
      CHECK(row->mod_revision() >= newest);
      last = row->number();
      newest = row->mod_revision();
    });
    return {};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

void run(const std::string& path, const char* sql) {
  Database{path, Database::Access::write}.execute(sql);
}

// A file of some hundred rows, checkpointed.
std::string sound_file(const TempDir& dir) {
  const std::string path = dir.file("sound.db");
  {
    TableWriter writer{options_for(path)};
    for (int batch = 0; batch < 10; ++batch) {
      write_rows(writer, batch * 50 + 1, 50, static_cast<std::uint64_t>(batch + 1));
    }
    (void)writer.checkpoint();
  }
  return content_of(path);
}

}  // namespace

TEST_CASE("a database of another program is refused and stays as it was") {
  const TempDir dir;
  const std::string path = dir.file("table.db");
  run(path, "CREATE TABLE songs (title TEXT)");
  const std::string before = content_of(path);
  CHECK(refusal_of(path) == path + " is an SQLite file of another program");
  CHECK(content_of(path) == before);
  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST_CASE("a newer format is refused with both numbers and stays as it was") {
  const TempDir dir;
  const std::string path = dir.file("table.db");
  CHECK(refusal_of(path).empty());
  run(path, "PRAGMA user_version = 3");
  const std::string before = content_of(path);
  CHECK(refusal_of(path) == path + " has format 3; this version reads format 2");
  CHECK(content_of(path) == before);
}

TEST_CASE("a file of format 1 gets the tables it lacks and keeps what it has") {
  const TempDir dir;
  const std::string path = dir.file("table.db");
  CHECK(refusal_of(path).empty());
  run(path, "DROP TABLE alarm; PRAGMA user_version = 1");
  run(path, "INSERT INTO cluster VALUES ('clusterVersion', '3.5.0')");
  {
    TableWriter writer{options_for(path)};
    CHECK(writer.load().areas.size() == 1);
  }
  run(path, "INSERT INTO alarm VALUES (x'0805', '')");
  CHECK(refusal_of(path).empty());
}

TEST_CASE("a file that cannot be opened or read is named with the reason") {
  const TempDir dir;
  SUBCASE("a directory") {
    std::filesystem::create_directory(dir.file("table.db"));
    CHECK(refusal_of(dir.file("table.db")) ==
          dir.file("table.db") + ": unable to open database file");
  }
  SUBCASE("in no directory") {
    CHECK(refusal_of(dir.file("none/table.db")) ==
          dir.file("none/table.db") + ": unable to open database file");
  }
  SUBCASE("no database") {
    put_content(dir.file("table.db"), std::string(5000, 'x'));
    CHECK(refusal_of(dir.file("table.db")) == dir.file("table.db") + ": file is not a database");
  }
}

TEST_CASE("a file that lost its end is refused") {
  const TempDir dir;
  const std::string path = dir.file("table.db");
  const std::string sound = sound_file(dir);
  for (const std::size_t left : {std::size_t{100}, std::size_t{4096}, std::size_t{5000},
                                 sound.size() / 2, sound.size() - 4096}) {
    CAPTURE(left);
    put_content(path, sound.substr(0, left));
    CHECK(refusal_of(path).starts_with(path + ": "));
    std::filesystem::remove(path);
  }
}

TEST_CASE("rows out of order are refused") {
  const TempDir dir;
  const std::string path = dir.file("table.db");
  put_content(path, sound_file(dir));
  run(path, "UPDATE revisions SET main = 1 WHERE row = 400");
  CHECK(refusal_of(path) == path + " is damaged: row 400 is older than the one before it");
}

TEST_CASE("a flipped byte anywhere is refused by name, or changes no row's place") {
  const TempDir dir;
  const std::string path = dir.file("table.db");
  const std::string sound = sound_file(dir);
  for (const auto seed : test_seeds(300)) {
    CAPTURE(seed);
    Rng rng{seed};
    // Half of them where they hurt: in the header and at the heads of pages.
    const std::size_t at = rng.chance(1, 2) ? rng.below(100)
                           : rng.chance(1, 2)
                               ? rng.below(sound.size() / 4096) * 4096 + rng.below(12)
                               : rng.below(sound.size());
    std::string damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << rng.below(8)));
    put_content(path, damaged);
    const std::string refusal = refusal_of(path);
    CAPTURE(at);
    if (!refusal.empty()) CHECK(refusal.starts_with(path));
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  }
}

TEST_CASE("a damaged page is an error of the read that meets it, by name") {
  const TempDir dir;
  const std::string path = dir.file("table.db");
  std::string bytes = sound_file(dir);
  for (std::size_t page = 4096 * 2; page < bytes.size(); page += 4096) bytes[page] = '\x7f';
  put_content(path, bytes);
  RowReader reader{path};
  CHECK_THROWS_WITH_AS((void)reader.read({RowNumber{1}}), doctest::Contains(path.c_str()),
                       SqliteError);
}
