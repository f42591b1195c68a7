#include "server/api/clean_path.h"

#include <doctest/doctest.h>

using namespace quorate::api;

TEST_CASE("paths are cleaned as Go's router cleans them") {
  for (const auto& [path, cleaned] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"", "/"},
           {"/", "/"},
           {"//", "/"},
           {"a", "/a"},
           {"/a/b", "/a/b"},
           {"/a/b/", "/a/b/"},
           {"//a/./b/../c/", "/a/c/"},
           {"/a//b///c", "/a/b/c"},
           {"/..", "/"},
           {"/../../a", "/a"},
           {"/a/..", "/"},
           {"/a/../", "/"},
           {"/a/b/..", "/a"},
           {"/a/.", "/a"},
           {"/a/./", "/a/"},
           {"/...", "/..."},
           {"/a/..b/.c", "/a/..b/.c"},
       }) {
    CAPTURE(path);
    CHECK(clean_path(path) == cleaned);
    CHECK(clean_path(clean_path(path)) == cleaned);
  }
}

TEST_CASE("escapes are undone once; malformed ones are none") {
  CHECK(unescape_path("/%76ersion") == "/version");
  CHECK(unescape_path("/%2e%2E/%2F%25%30%30") == "/..//%00");
  CHECK(unescape_path("/a+b") == "/a+b");
  CHECK(unescape_path("%00") == std::string(1, '\0'));
  for (const std::string_view path : {"%", "/%4", "/%", "/%g0", "/%0g", "/%%41", "/%-1"}) {
    CAPTURE(path);
    CHECK_FALSE(unescape_path(path).has_value());
  }
}
