#include "ctl/part_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "tests/common/temp_dir.h"

using namespace quorate;
using namespace quorate::ctl;

namespace {

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a file appears under its name when it is finished, for its owner only") {
  const TempDir dir;
  const auto path = dir.path() / "x.db";
  auto file = PartFile::create(path.string());
  REQUIRE(file.has_value());
  REQUIRE(file->append("ab").has_value());
  CHECK(!std::filesystem::exists(path));
  REQUIRE(file->append("c").has_value());
  REQUIRE(file->finish().has_value());
  CHECK(content(path) == "abc");
  CHECK(!std::filesystem::exists(path.string() + ".part"));
  using std::filesystem::perms;
  CHECK(std::filesystem::status(path).permissions() == (perms::owner_read | perms::owner_write));
}

TEST_CASE("a file that is not finished leaves nothing, and what was there stays") {
  const TempDir dir;
  const auto path = dir.path() / "x.db";
  std::ofstream{path} << "old";
  {
    auto file = PartFile::create(path.string());
    REQUIRE(file.has_value());
    REQUIRE(file->append("new").has_value());
  }
  CHECK(content(path) == "old");
  CHECK(!std::filesystem::exists(path.string() + ".part"));
}

TEST_CASE("a file that cannot be created says where") {
  const TempDir dir;
  const std::string path = (dir.path() / "nosuch" / "x.db").string();
  CHECK(PartFile::create(path).error().message ==
        "could not open " + path + ".part (open " + path + ".part: no such file or directory)");
}
