#include "ctl/commands/permission_range.h"

#include <doctest/doctest.h>

using namespace quorate::ctl;

namespace {

const std::string kZero(1, '\0');
constexpr PermissionRangeFlags kNone;
constexpr PermissionRangeFlags kPrefix{true, false};
constexpr PermissionRangeFlags kFromKey{false, true};
constexpr PermissionRangeFlags kBoth{true, true};

}  // namespace

TEST_CASE("a permission is for a key, a range, a prefix or all from a key on") {
  CHECK(kNone.range({"k"})->end.empty());
  CHECK(kNone.range({"a", "c"})->end == "c");
  CHECK(kNone.range({"a", "c", "d"})->end == "c");
  CHECK(kPrefix.range({"p/"})->end == "p0");
  CHECK(kFromKey.range({"q"})->end == kZero);
  CHECK(kFromKey.range({"q"})->key == "q");
}

TEST_CASE("the empty key is the first one") {
  CHECK(kNone.range({""})->key == kZero);
  CHECK(kNone.range({""})->end.empty());
  CHECK(kNone.range({"", "x"})->end.empty());
  CHECK(kPrefix.range({""})->end == kZero);
  CHECK(kFromKey.range({""})->end == kZero);
}

TEST_CASE("what contradicts itself is refused") {
  CHECK(kBoth.range({"k"}).error().text == "--from-key and --prefix flags are mutually exclusive");
  CHECK(kBoth.range({""}).error().status == 128);
  CHECK(kPrefix.range({"a", "b"}).error().text == "unexpected endkey argument with --prefix flag");
  CHECK(kFromKey.range({"a", "b"}).error().text ==
        "unexpected endkey argument with --from-key flag");
}
