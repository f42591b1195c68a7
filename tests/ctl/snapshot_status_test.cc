#include "ctl/offline/snapshot_status.h"

#include <fstream>

#include <doctest/doctest.h>

#include "common/boltfile/image_writer.h"
#include "common/crc32c.h"
#include "tests/common/temp_dir.h"

using namespace quorate;
using namespace quorate::ctl;

namespace {

// A key of the bucket "key": main revision, '_', sub revision.
std::string revision_key(char main) {
  return std::string(7, '\0') + main + '_' + std::string(8, '\0');
}

// A file with three changes, the last at revision 9, and one entry elsewhere.
std::string image() {
  boltfile::PairList keys;
  for (const char main : {2, 5, 9}) keys.add(revision_key(main), "value");
  boltfile::PairList meta;
  meta.add("consistent_index", std::string(8, 'x'));
  auto writer = boltfile::ImageWriter::plan({{"key", &keys}, {"meta", &meta}});
  REQUIRE(writer.has_value());
  std::string bytes;
  const auto take = [&](std::string_view chunk) -> Status {
    bytes += chunk;
    return {};
  };
  REQUIRE(writer->write_to(take).has_value());
  return bytes;
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream{path, std::ios::binary} << bytes;
}

}  // namespace

TEST_CASE("a snapshot's hash, revision, pairs and size") {
  const TempDir dir;
  const std::string path = dir.file("x.db");
  const std::string bytes = image();
  write(path, bytes + std::string(32, '#'));  // the trailer is not looked at
  const auto status = snapshot_status(path);
  REQUIRE(status.has_value());
  std::uint32_t crc = crc32c(0, "key");
  for (const char main : {2, 5, 9}) crc = crc32c(crc, revision_key(main) + "value");
  crc = crc32c(crc, "metaconsistent_indexxxxxxxxx");
  CHECK(status->hash == crc);
  CHECK(status->revision == 9);
  CHECK(status->pairs == 4);
  CHECK(status->bytes == bytes.size());
}

TEST_CASE("a file that is none is named as bbolt names it") {
  const TempDir dir;
  CHECK(snapshot_status(dir.file("nosuch")).error().message ==
        "stat " + dir.file("nosuch") + ": no such file or directory");
  write(dir.file("text"), "not a database");
  CHECK(snapshot_status(dir.file("text")).error().message == "invalid database");
}

TEST_CASE("damage is found wherever it is") {
  const TempDir dir;
  std::string bytes = image();
  const auto at = bytes.find(revision_key(5));
  REQUIRE(at != std::string::npos);
  bytes[at] = '\x7f';  // no longer in order
  write(dir.file("x.db"), bytes);
  CHECK(snapshot_status(dir.file("x.db"))
            .error()
            .message.starts_with("snapshot file integrity check failed. 1 errors found.\n"));
}
