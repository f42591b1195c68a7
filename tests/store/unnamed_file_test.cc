#include "server/store/unnamed_file.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "tests/common/temp_dir.h"

namespace quorate::store {
namespace {

TEST_CASE("what is appended can be read, and the directory shows nothing of it") {
  const TempDir dir;
  UnnamedFile file;
  REQUIRE(file.create_in(dir.path()).has_value());
  REQUIRE(file.append("hello, ").has_value());
  REQUIRE(file.append("world").has_value());
  std::string text(5, '\0');
  REQUIRE(file.read(7, text).has_value());
  CHECK(text == "world");
  CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("a read beyond the end says that the end is lost") {
  const TempDir dir;
  UnnamedFile file;
  REQUIRE(file.create_in(dir.path()).has_value());
  REQUIRE(file.append("short").has_value());
  std::string text(6, '\0');
  const Status status = file.read(0, text);
  REQUIRE(status.has_error());
  CHECK(status.error().code == Code::data_loss);
}

TEST_CASE("a directory that is not there is an error with the system's words") {
  const TempDir dir;
  UnnamedFile file;
  const Status status = file.create_in(dir.path() / "missing");
  REQUIRE(status.has_error());
  CHECK(status.error().message == "creating a temporary file failed: No such file or directory");
}

TEST_CASE("more than the disk has room for is refused, and what the log needs is kept") {
  const TempDir dir;
  UnnamedFile file;
  REQUIRE(file.create_in(dir.path()).has_value());
  const std::uint64_t free = std::filesystem::space(dir.path()).available;
  for (const std::uint64_t bytes : {2 * free, std::numeric_limits<std::uint64_t>::max(),
                                    free - std::min(free, UnnamedFile::kBytesLeftFree / 2)}) {
    const Status status = file.check_room(bytes);
    REQUIRE(status.has_error());
    CHECK(status.error().code == Code::resource_exhausted);
  }
  if (free > 2 * UnnamedFile::kBytesLeftFree) CHECK(file.check_room(1).has_value());
}

}  // namespace
}  // namespace quorate::store
