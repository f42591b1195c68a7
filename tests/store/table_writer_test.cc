#include "server/store/table_writer.h"

#include <limits>

#include <doctest/doctest.h>

#include "server/store/row_reader.h"
#include "tests/common/temp_dir.h"
#include "tests/store/sample_rows.h"

using namespace quorate;
using namespace quorate::store;
using namespace quorate::store::testing;
using replica::Area;

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

void write(TableWriter& writer, replica::TableBatch batch) {
  std::vector<replica::TableBatch> batches;
  batches.push_back(std::move(batch));
  (void)writer.write(batches);
}

void change(TableWriter& writer, std::vector<replica::AreaChange> changes) {
  replica::TableBatch batch;
  batch.changes = std::move(changes);
  write(writer, std::move(batch));
}

// "area/key=value", in the order of the tables.
std::vector<std::string> areas_of(const Loaded& loaded) {
  std::vector<std::string> out;
  for (const auto& each : loaded.areas) {
    out.push_back(std::string{table_name(each.area)} + "/" + each.key + "=" + *each.value);
  }
  return out;
}

mvcc::RowPtr extreme_row(std::int64_t number) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  mvcc::Row::Fields fields;
  fields.number = RowNumber{number};
  fields.revision = {Revision{kMost}, kMost};
  fields.create_revision = Revision{kMost};
  fields.version = kMost;
  fields.lease = LeaseId{std::numeric_limits<std::int64_t>::min()};
  return mvcc::RowPtr::make(fields, "\xff\x00k"sv, std::string(100'000, '\0'));
}

}  // namespace

TEST_CASE("every field of a row comes back: tombstones, zero bytes, empty and long values") {
  const TempDir dir;
  TableWriter writer{options_for(dir.file("table.db"))};
  const std::vector<mvcc::RowPtr> rows{
      put_row(1, "a", "1"),  put_row(2, "\x00"sv, "\x00\x01"sv),
      tombstone_row(3, "a"), put_row(4, "empty", ""),
      extreme_row(5),        put_row(6, "caf\xe9 \xff\xfe", "'\"\n")};
  write(writer, batch_of(rows, 1));

  RowReader reader{dir.file("table.db")};
  const auto read = reader.read(
      {RowNumber{1}, RowNumber{2}, RowNumber{3}, RowNumber{4}, RowNumber{5}, RowNumber{6}});
  REQUIRE(read.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(text_of(*read[i]) == text_of(*rows[i]));
}

TEST_CASE("a start sees every row in order, without its value") {
  const TempDir dir;
  const std::vector<mvcc::RowPtr> rows{put_row(1, "a", "1"), tombstone_row(2, "a"),
                                       put_row(3, "b\x00"sv, "2")};
  {
    TableWriter writer{options_for(dir.file("table.db"))};
    write(writer, batch_of(rows, 1));
  }
  TableWriter writer{options_for(dir.file("table.db"))};
  CHECK(all_rows(writer) == std::vector<std::string>{text_of(*put_row(1, "a", "")),
                                                     text_of(*tombstone_row(2, "a")),
                                                     text_of(*put_row(3, "b\x00"sv, ""))});
}

TEST_CASE("batches written together are one transaction: a row that cannot be written undoes all") {
  const TempDir dir;
  TableWriter writer{options_for(dir.file("table.db"))};
  write_rows(writer, 1, 3, 10);
  const std::vector<mvcc::RowPtr> good{put_row(4, "d", "4")};
  const std::vector<mvcc::RowPtr> bad{put_row(5, "e", "5"), put_row(2, "there already", "")};
  std::vector<replica::TableBatch> batches;
  batches.push_back(batch_of(good, 11));
  batches.back().changes.push_back({Area::cluster, "clusterVersion", "3.5.0"});
  batches.push_back(batch_of(bad, 12));
  CHECK_THROWS_AS((void)writer.write(batches), SqliteError);

  CHECK(all_rows(writer).size() == 3);
  const Loaded loaded = writer.load();
  CHECK(loaded.applied == Index{10});
  CHECK(loaded.areas.empty());
}

TEST_CASE("the applied index and its term are those of the last batch") {
  const TempDir dir;
  {
    TableWriter writer{options_for(dir.file("table.db"))};
    CHECK(writer.load().applied == Index{});
    std::vector<replica::TableBatch> batches(2);
    batches[0].applied = Index{7};
    batches[0].term = Term{2};
    batches[1].applied = Index{std::uint64_t{1} << 40};
    batches[1].term = Term{3};
    (void)writer.write(batches);
  }
  TableWriter writer{options_for(dir.file("table.db"))};
  const Loaded loaded = writer.load();
  CHECK(loaded.applied == Index{std::uint64_t{1} << 40});
  CHECK(loaded.term == Term{3});
  CHECK(loaded.areas.empty());  // they are no entries of meta to anybody else
}

TEST_CASE("small tables: a value is put, replaced and taken away; areas do not mix") {
  const TempDir dir;
  TableWriter writer{options_for(dir.file("table.db"))};
  change(writer, {{Area::meta, "k", "meta"},
                  {Area::members, "k", "member"},
                  {Area::members_removed, "k", ""},
                  {Area::cluster, "k", "cluster"}});
  CHECK(areas_of(writer.load()) ==
        std::vector<std::string>{"meta/k=meta", "members/k=member",
                                 "members_removed/k=", "cluster/k=cluster"});
  change(writer, {{Area::meta, "k", std::nullopt},
                  {Area::members, "k", "\x00\xff"s},
                  {Area::cluster, "not there", std::nullopt},
                  {Area::cluster, "k", std::nullopt},
                  {Area::cluster, "k", "again"}});
  CHECK(areas_of(writer.load()) ==
        std::vector<std::string>{"members/k=\x00\xff"s, "members_removed/k=", "cluster/k=again"});
}

TEST_CASE("dropped rows are gone, dropping one that is gone is no error") {
  const TempDir dir;
  TableWriter writer{options_for(dir.file("table.db"))};
  write_rows(writer, 1, 4, 1);
  for (int times = 0; times < 2; ++times) {
    replica::TableBatch batch;
    batch.dropped = {RowNumber{1}, RowNumber{3}};
    write(writer, std::move(batch));
    CHECK(all_rows(writer).size() == 2);
  }
}

TEST_CASE("what was written says the last row and is durable after a checkpoint only") {
  const TempDir dir;
  TableWriter writer{options_for(dir.file("table.db"))};
  const auto rows = std::vector{put_row(1, "a", "1")};
  std::vector<replica::TableBatch> batches;
  batches.push_back(batch_of(rows, 5));
  const auto written = writer.write(batches);
  CHECK(written.last_row == RowNumber{1});
  CHECK(written.durable == Index{});
  CHECK(written.size.allocated_bytes >= written.size.used_bytes);
  CHECK(written.size.used_bytes > 0);
  CHECK_FALSE(writer.is_synced());
  CHECK(writer.checkpoint().durable == Index{5});
  CHECK(writer.is_synced());
}

TEST_CASE("a checkpoint that a reader holds up makes nothing durable until the reader is done") {
  const TempDir dir;
  TableWriter writer{options_for(dir.file("table.db"))};
  write_rows(writer, 1, 1, 1);
  Database reader{dir.file("table.db"), Database::Access::read};
  reader.execute("BEGIN");
  CHECK(reader.number("SELECT count(*) FROM revisions") == 1);
  write_rows(writer, 2, 1, 2);
  CHECK(writer.checkpoint().durable == Index{});
  reader.execute("COMMIT");
  CHECK(writer.checkpoint().durable == Index{2});
}

TEST_CASE("enough written asks for a checkpoint") {
  const TempDir dir;
  auto options = options_for(dir.file("table.db"));
  options.checkpoint_bytes = 10'000;
  TableWriter writer{options};
  write_rows(writer, 1, 1, 1, std::string(5'000, 'v'));
  CHECK_FALSE(writer.wants_checkpoint());
  write_rows(writer, 2, 1, 2, std::string(5'000, 'v'));
  CHECK(writer.wants_checkpoint());
  (void)writer.checkpoint();
  CHECK_FALSE(writer.wants_checkpoint());
}

TEST_CASE("what an earlier process left in the write-ahead file is durable once loaded") {
  const TempDir dir;
  const TempDir copy;
  TableWriter writer{options_for(dir.file("table.db"))};
  write_rows(writer, 1, 3, 9);
  for (const char* name : {"table.db", "table.db-wal"}) {
    std::filesystem::copy_file(dir.file(name), copy.file(name));
  }
  TableWriter again{options_for(copy.file("table.db"))};
  CHECK(again.load().applied == Index{9});
  CHECK(again.is_synced());
  CHECK(all_rows(again).size() == 3);
}

TEST_CASE("empty pages go back to the file system in slices, down to a reserve") {
  const TempDir dir;
  const auto options = options_for(dir.file("table.db"));
  TableWriter writer{options};
  write_rows(writer, 1, 10'000, 1, std::string(1'000, 'v'));
  CHECK_FALSE(writer.has_spare_pages());
  replica::TableBatch batch;
  for (int number = 1; number <= 10'000; ++number) batch.dropped.emplace_back(number);
  write(writer, std::move(batch));
  const auto full = writer.size();
  CHECK(full.used_bytes < full.allocated_bytes / 10);
  int slices = 0;
  for (; writer.has_spare_pages(); ++slices) writer.vacuum_slice();
  CHECK(slices > 1);
  const auto rest = writer.size();
  CHECK(rest.allocated_bytes < full.allocated_bytes / 2);
  (void)writer.checkpoint();
  CHECK(static_cast<std::int64_t>(std::filesystem::file_size(options.path)) ==
        rest.allocated_bytes);
  CHECK(all_rows(writer).empty());
}
