#include "server/replica/conf_state_json.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::replica;

TEST_CASE("a configuration comes back as it was, in the form of etcd's files") {
  raft::ConfState conf;
  conf.voters = {MemberId{1}, MemberId{0xffffffffffffffff}};
  CHECK(to_json(conf) == R"({"voters":[1,18446744073709551615],"auto_leave":false})");
  conf.learners = {MemberId{3}};
  conf.voters_outgoing = {MemberId{4}};
  conf.learners_next = {MemberId{5}};
  conf.auto_leave = true;
  CHECK(*parse_conf_state(to_json(conf)) == conf);
  CHECK(*parse_conf_state("{}") == raft::ConfState{});
}

TEST_CASE("what is no configuration is an error") {
  for (const std::string_view text :
       {"", "x", "[]", "1", R"({"voters":1})", R"({"voters":["1"]})", R"({"voters":[-1]})",
        R"({"voters":[1.5]})", R"({"voters":[1)"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_conf_state(text).has_value());
  }
}

TEST_CASE("a revision is seventeen bytes") {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{258}, INT64_MAX}) {
    const std::string bytes = encode_revision(Revision{value});
    CHECK(bytes.size() == 17);
    CHECK(decode_revision(bytes) == Revision{value});
  }
  CHECK(encode_revision(Revision{258}).substr(6, 3) == "\x01\x02_");
  CHECK_FALSE(decode_revision("").has_value());
  CHECK_FALSE(decode_revision(std::string(17, 'x')).has_value());
  CHECK_FALSE(decode_revision(encode_revision(Revision{1}).substr(0, 16)).has_value());
}
