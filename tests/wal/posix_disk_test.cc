#include "server/wal/posix_disk.h"

#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "tests/wal/temp_dir.h"

using namespace quorate;
using namespace quorate::wal;

namespace {

mode_t mode_of(const std::filesystem::path& path) {
  struct ::stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("files and directories are their owner's alone") {
  const TempDir temp;
  PosixDisk disk;
  REQUIRE(disk.make_dir(temp.path() / "d").has_value());
  REQUIRE(disk.make_dir(temp.path() / "d").has_value());
  REQUIRE(disk.open(temp.path() / "d/f", Disk::Access::create).has_value());
  const auto lock = disk.lock(temp.path() / "d/LOCK");
  REQUIRE(lock.has_value());
  CHECK(mode_of(temp.path() / "d") == 0700);
  CHECK(mode_of(temp.path() / "d/f") == 0600);
  CHECK(mode_of(temp.path() / "d/LOCK") == 0600);
}

TEST_CASE("a file reads what was written, and less where it ends") {
  const TempDir temp;
  PosixDisk disk;
  const auto path = temp.path() / "f";
  {
    auto file = disk.open(path, Disk::Access::create);
    REQUIRE(file.has_value());
    REQUIRE((*file)->write(3, "hello").has_value());
    REQUIRE((*file)->sync().has_value());
  }
  auto file = disk.open(path, Disk::Access::read);
  std::string bytes(100, 'x');
  REQUIRE((*file)->read(1, bytes).value() == 7);
  CHECK(bytes.substr(0, 7) == std::string{"\0\0hello", 7});
  CHECK((*file)->read(8, bytes).value() == 0);
  CHECK((*file)->write(0, "no").has_error());
  REQUIRE(disk.open(path, Disk::Access::create).has_value());
  CHECK(disk.list(temp.path())->front().bytes == 0);  // empty again
}

TEST_CASE("a directory lists by name and tells files from the rest") {
  const TempDir temp;
  PosixDisk disk;
  REQUIRE(disk.make_dir(temp.path() / "b").has_value());
  REQUIRE((*disk.open(temp.path() / "c", Disk::Access::create))->write(0, "123").has_value());
  REQUIRE(::symlink("c", (temp.path() / "a").c_str()) == 0);
  const auto items = disk.list(temp.path());
  REQUIRE(items->size() == 3);
  CHECK((*items)[0].name == "a");
  CHECK(!(*items)[0].is_file);
  CHECK((*items)[1].name == "b");
  CHECK(!(*items)[1].is_file);
  CHECK((*items)[2].name == "c");
  CHECK((*items)[2].is_file);
  CHECK((*items)[2].bytes == 3);
}

TEST_CASE("a lock is held by one until it is gone") {
  const TempDir temp;
  PosixDisk disk;
  auto lock = disk.lock(temp.path() / "LOCK");
  REQUIRE(lock.has_value());
  const auto second = disk.lock(temp.path() / "LOCK");
  REQUIRE(second.has_error());
  CHECK(second.error().code == Code::failed_precondition);
  lock->reset();
  CHECK(disk.lock(temp.path() / "LOCK").has_value());
}

TEST_CASE("errors say what was tried, where, and why") {
  const TempDir temp;
  PosixDisk disk;
  const auto path = temp.path() / "none";
  const auto missing = disk.open(path, Disk::Access::read);
  REQUIRE(missing.has_error());
  CHECK(missing.error().code == Code::not_found);
  CHECK(missing.error().message == "opening " + path.string() + ": No such file or directory");
  CHECK(disk.list(path).error().code == Code::not_found);
  CHECK(disk.remove(path).error().code == Code::not_found);
  CHECK(disk.rename(path, temp.path() / "x").error().code == Code::not_found);
  CHECK(disk.make_dir(path / "deep").error().code == Code::not_found);
  CHECK(disk.sync_dir(path).error().code == Code::not_found);

  // A device on which every write fails for want of space.
  auto full = disk.open("/dev/full", Disk::Access::read_write);
  REQUIRE(full.has_value());
  const auto written = (*full)->write(0, "x");
  REQUIRE(written.has_error());
  CHECK(written.error().code == Code::resource_exhausted);
  CHECK(written.error().message == "writing /dev/full: No space left on device");
}
