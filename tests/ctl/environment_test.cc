#include "ctl/environment.h"

#include <sstream>

#include <doctest/doctest.h>

#include "ctl/global_flags.h"

using namespace quorate::ctl;

namespace {

struct Room {
  GlobalFlags flags;
  FlagSet set;
  std::ostringstream err;

  Room() { flags.declare(set); }
  Outcome<> apply(const std::vector<std::string>& variables) {
    return apply_environment({&set}, variables, {"ETCDCTL_API"}, err);
  }
  bool says(const char* text) const { return err.str().find(text) != std::string::npos; }
};

}  // namespace

TEST_CASE("a flag's variable is its name in capitals") {
  CHECK(variable_name("endpoints") == "ETCDCTL_ENDPOINTS");
  CHECK(variable_name("insecure-skip-tls-verify") == "ETCDCTL_INSECURE_SKIP_TLS_VERIFY");
}

TEST_CASE("variables set flags that were not given") {
  Room room;
  REQUIRE(room.apply({"PATH=/bin", "ETCDCTL_ENDPOINTS=a:1,b:1", "ETCDCTL_HEX=true",
                      "ETCDCTL_DIAL_TIMEOUT=7s", "ETCDCTL_USER=a=b", "ETCDCTL_API=3"})
              .has_value());
  CHECK(room.flags.endpoints == std::vector<std::string>{"a:1", "b:1"});
  CHECK(room.flags.hex);
  CHECK(room.flags.dial_timeout == std::chrono::seconds{7});
  CHECK(room.flags.user == "a=b");
  CHECK(room.err.str().empty());
}

TEST_CASE("an empty variable counts as none") {
  Room room;
  REQUIRE(room.apply({"ETCDCTL_WRITE_OUT=", "ETCDCTL_HEX"}).has_value());
  CHECK(room.flags.write_out == "simple");
  CHECK(room.err.str().empty());
}

TEST_CASE("a flag and its variable at once are a failure, even when they agree") {
  for (const char* variable : {"ETCDCTL_HEX=true", "ETCDCTL_HEX=false", "ETCDCTL_HEX="}) {
    Room room;
    REQUIRE(parse_words({&room.set}, {"--hex"}).has_value());
    const auto done = room.apply({variable});
    REQUIRE(done.has_error());
    CHECK(done.error().status == 1);
    CHECK(done.error().text.empty());
    CHECK(room.says("\"level\":\"fatal\""));
    CHECK(
        room.says("\"msg\":\"conflicting environment variable is shadowed by corresponding "
                  "command-line flag (either unset environment variable or disable flag))\""));
    CHECK(room.says("\"environment-variable\":\"ETCDCTL_HEX\""));
  }
}

TEST_CASE("a variable nobody knows is named, and so is a value that cannot be read") {
  Room room;
  REQUIRE(room.apply({"ETCDCTL_FOO=json", "ETCDCTL_HEX=banana"}).has_value());
  CHECK(!room.flags.hex);
  CHECK(
      room.says("\"msg\":\"unrecognized environment variable\","
                "\"environment-variable\":\"ETCDCTL_FOO=json\"}"));
  CHECK(room.says("\"environment-variable\":\"ETCDCTL_HEX=banana\""));
}
