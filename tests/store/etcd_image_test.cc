// What a snapshot of the table holds, read back as etcd would read it.
#include <fstream>
#include <optional>

#include <doctest/doctest.h>

#include "common/boltfile/cursor.h"
#include "common/boltfile/file.h"
#include "common/boltfile/trailer.h"
#include "common/event_loop.h"
#include "server/store/table_file.h"
#include "tests/common/temp_dir.h"
#include "tests/store/sample_rows.h"

using namespace quorate;
using namespace quorate::store;
using namespace quorate::store::testing;
using namespace std::string_literals;
using boltfile::File;
using replica::Area;
using replica::SnapshotStream;

namespace {

using PieceResult = Result<SnapshotStream::Piece>;

struct Fixture {
  explicit Fixture(const TempDir& dir)
      : path{dir.file("table.db")}, file{options_for(path), loop, Log{}} {
    (void)file.load();
  }

  void wait_for(const std::function<bool()>& done) {
    REQUIRE(loop.run_until(done, std::chrono::steady_clock::now() + std::chrono::seconds{60}));
  }
  replica::TableWritten write(replica::TableBatch batch) {
    std::optional<replica::TableWritten> written;
    file.write(std::move(batch), [&](const replica::TableWritten& state) { written = state; });
    wait_for([&] { return written.has_value(); });
    return *written;
  }
  void write(std::int64_t first, std::int64_t count, std::uint64_t applied,
             std::string_view value) {
    std::vector<mvcc::RowPtr> rows;
    for (std::int64_t number = first; number < first + count; ++number) {
      rows.push_back(put_row(number, "key/" + std::to_string(number), value));
    }
    write(batch_of(rows, applied));
  }
  PieceResult next(SnapshotStream& stream) {
    std::optional<PieceResult> piece;
    stream.next([&](PieceResult result) { piece = std::move(result); });
    wait_for([&] { return piece.has_value(); });
    return *piece;
  }
  // Image and trailer; checks how they are cut.
  std::string read_all(SnapshotStream& stream) {
    std::string all;
    for (;;) {
      const auto piece = next(stream);
      REQUIRE(piece.has_value());
      if (piece->bytes.empty()) return all;
      all += piece->bytes;
      sizes.push_back(piece->bytes.size());
      left.push_back(piece->remaining);
    }
  }

  EventLoop loop;
  std::string path;
  TableFile file;
  std::vector<std::size_t> sizes;
  std::vector<std::uint64_t> left;
};

void save(const std::string& path, const std::string& content) {
  std::ofstream{path, std::ios::binary} << content;
}

// Every pair of a bucket, "key=value" each.
std::vector<std::string> pairs_of(const File& file, const char* name) {
  const auto bucket = file.bucket(name);
  REQUIRE(bucket.has_value());
  REQUIRE(bucket->has_value());
  std::vector<std::string> out;
  auto cursor = (*bucket)->cursor();
  for (auto pair = cursor.next(); *pair; pair = cursor.next()) {
    out.push_back(std::string{(*pair)->key} + "=" + std::string{(*pair)->value});
  }
  return out;
}

std::size_t files_in(const TempDir& dir) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{dir.path()},
                                                std::filesystem::directory_iterator{}));
}

}  // namespace

TEST_CASE("a snapshot has every bucket of etcd's, and in them what the tables have") {
  const TempDir dir;
  Fixture f{dir};
  const std::vector rows{put_row(1, "k", "v"), tombstone_row(2, "k"), put_row(3, "empty", "")};
  replica::TableBatch batch = batch_of(rows, 0x0102);
  batch.changes = {{Area::cluster, "clusterVersion", "3.5.0"},
                   {Area::members, "b", "{}"},
                   {Area::members, "a", "{}"},
                   {Area::lease, "\0\0\0\0\0\0\0\x05"s, "\x08\x05"},
                   {Area::alarm, "\x08\x05\x10\x01", ""},
                   {Area::meta, "confState", "{}"}};
  f.write(std::move(batch));
  const auto stream = f.file.open_snapshot();
  save(dir.file("image"), f.read_all(*stream));

  const auto image = File::open(dir.file("image"));
  REQUIRE(image.has_value());
  REQUIRE(image->check().has_value());
  CHECK(pairs_of(*image, "key") ==
        std::vector{"\0\0\0\0\0\0\0\2_\0\0\0\0\0\0\0\0=\x0a\1k\x10\2\x18\2\x20\1\x2a\1v"s,
                    "\0\0\0\0\0\0\0\3_\0\0\0\0\0\0\0\0t=\x0a\1k"s,
                    "\0\0\0\0\0\0\0\4_\0\0\0\0\0\0\0\0=\x0a\5empty\x10\4\x18\4\x20\1"s});
  CHECK(pairs_of(*image, "meta") == std::vector{"confState={}"s,
                                                "consistent_index=\0\0\0\0\0\0\1\2"s,
                                                "term=\0\0\0\0\0\0\0\1"s});
  CHECK(pairs_of(*image, "cluster") == std::vector{"clusterVersion=3.5.0"s});
  CHECK(pairs_of(*image, "members") == std::vector{"a={}"s, "b={}"s});
  CHECK(pairs_of(*image, "lease") == std::vector{"\0\0\0\0\0\0\0\5=\x08\5"s});
  CHECK(pairs_of(*image, "alarm") == std::vector{"\x08\5\x10\1="s});
  for (const char* name : {"auth", "authRoles", "authUsers", "members_removed"}) {
    CAPTURE(name);
    CHECK(pairs_of(*image, name).empty());
  }
}

TEST_CASE("pieces say what is left, and the sum comes last") {
  const TempDir dir;
  Fixture f{dir};
  f.write(1, 1000, 1, std::string(300, 'v'));
  const auto stream = f.file.open_snapshot();
  const std::string all = f.read_all(*stream);
  save(dir.file("image"), all);
  REQUIRE(f.sizes.size() > 3);
  CHECK(f.sizes.back() == 32);
  CHECK(f.left.back() == 0);
  std::uint64_t rest = all.size() - 32;
  for (std::size_t i = 0; i + 1 < f.sizes.size(); ++i) {
    CHECK((f.sizes[i] == 32768 || i + 2 == f.sizes.size()));
    rest -= f.sizes[i];
    CHECK(f.left[i] == rest);
  }
  const auto trailer = boltfile::read_trailer(all);
  REQUIRE(trailer.has_value());
  CHECK(trailer->stored == trailer->computed);
}

TEST_CASE("a snapshot is of one moment, and the log of changes is free while a client reads") {
  const TempDir dir;
  Fixture f{dir};
  f.write(1, 3000, 1, std::string(100, 'a'));
  const std::size_t files = files_in(dir);
  const auto stream = f.file.open_snapshot();
  std::string all = f.next(*stream)->bytes;
  f.write(3001, 3000, 2, std::string(100, 'b'));
  replica::TableBatch batch;
  for (int number = 1; number <= 3000; ++number) batch.dropped.emplace_back(number);
  batch.applied = Index{3};
  f.write(std::move(batch));
  // Nothing holds the file's past any more: all of it can be made durable.
  std::optional<replica::TableWritten> synced;
  f.file.on_checkpoint([&](const replica::TableWritten& state) { synced = state; });
  for (int i = 0; i < 5; ++i) f.file.tick();
  f.wait_for([&] { return synced.has_value(); });
  CHECK(synced->durable == Index{3});
  CHECK(files_in(dir) == files);  // the spooled file has no name

  all += f.read_all(*stream);
  save(dir.file("image"), all);
  const auto image = File::open(dir.file("image"));
  REQUIRE(image->check().has_value());
  CHECK(pairs_of(*image, "key").size() == 3000);
}

TEST_CASE("a snapshot can be given up at any time") {
  const TempDir dir;
  Fixture f{dir};
  f.write(1, 20'000, 1, std::string(500, 'v'));
  for (int asked = 0; asked < 3; ++asked) {
    auto stream = f.file.open_snapshot();
    if (asked == 1) stream->next([](const PieceResult&) {});  // never waited for
    if (asked == 2) REQUIRE(f.next(*stream).has_value());
    stream.reset();
  }
  const auto again = f.file.open_snapshot();
  CHECK(f.read_all(*again).size() > 10'000'000);
}

TEST_CASE("a table that cannot be read is an error of the stream") {
  const TempDir dir;
  Fixture f{dir};
  f.write(1, 100, 1, "v");
  std::filesystem::rename(f.path, f.path + "x");
  const auto stream = f.file.open_snapshot();
  const auto piece = f.next(*stream);
  REQUIRE_FALSE(piece.has_value());
  CHECK(piece.error().code == Code::data_loss);
  std::filesystem::rename(f.path + "x", f.path);
}
