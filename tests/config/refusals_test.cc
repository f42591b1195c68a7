#include "tests/config/refusals.h"

#include <doctest/doctest.h>

#include "common/comma_list.h"
#include "tests/config/try_load.h"

using namespace quorate;
using namespace quorate::config;

TEST_CASE("every refused command line gets its text and its exit status") {
  for (const Refusal& refusal : refusals()) {
    CAPTURE(join_commas(refusal.args));
    CAPTURE(join_commas(refusal.environment));
    const Tried tried = try_load(refusal.args, refusal.environment);
    REQUIRE(tried.error.has_value());
    const std::string reason = tried.error->what();
    CHECK(tried.error->exit_code == refusal.exit_code);
    CHECK_MESSAGE(reason.find(refusal.text) != std::string::npos, reason, " lacks ", refusal.text);
    // Said exactly once: in the log or, about the form of the input, in plain text.
    CHECK(tried.error->is_reported());
    CHECK((tried.error->is_logged || tried.error->err.starts_with(reason)));
  }
}
