#include "server/auth/records.h"

#include <doctest/doctest.h>

#include "common/rng.h"
#include "proto/auth.pb.h"
#include "tests/common/test_seed.h"

using namespace quorate;
using namespace quorate::auth;

namespace {

authpb::User user_message() {
  authpb::User message;
  message.set_name("u");
  message.set_password("hash");
  message.add_roles("a");
  message.add_roles("b");
  return message;
}

bool is_damaged(const Error& error) {
  return error.code == Code::data_loss;
}

}  // namespace

TEST_CASE("a user as etcd writes it, options always there") {
  const User user{"hash", {"a"}, false};
  CHECK(encode_user("u", user) == std::string("\x0a\x01u\x12\x04hash\x1a\x01"
                                              "a\x22\x00",
                                              14));
  const auto back = decode_user("u", encode_user("u", {"", {"a", "b"}, true}));
  CHECK(back->has_no_password);
  CHECK(back->roles == std::vector<std::string>{"a", "b"});
  CHECK(back->has_role("b"));
  CHECK_FALSE(back->has_role("c"));
  // Users of old versions have no options.
  CHECK_FALSE(decode_user("u", user_message().SerializeAsString())->has_no_password);
}

TEST_CASE("users whose bytes are not what their key says are refused") {
  const std::string good = user_message().SerializeAsString();
  CHECK(is_damaged(decode_user("v", good).error()));
  CHECK(is_damaged(decode_user("", authpb::User{}.SerializeAsString()).error()));
  CHECK(is_damaged(decode_user("u", good.substr(0, good.size() - 1)).error()));
  authpb::User twice = user_message();
  twice.add_roles("b");
  CHECK(is_damaged(decode_user("u", twice.SerializeAsString()).error()));
  authpb::User unsorted = user_message();
  unsorted.add_roles("aa");
  CHECK(is_damaged(decode_user("u", unsorted.SerializeAsString()).error()));
}

TEST_CASE("a role comes back as it was, unknown kinds of permission included") {
  Role role;
  role.permissions = {{PermissionType{7}, "a", "b"}, {PermissionType::read_write, "a", ""}};
  const auto back = decode_role("r", encode_role("r", role));
  REQUIRE(back->permissions.size() == 2);
  CHECK(back->permissions[0].type == PermissionType{7});
  CHECK(back->permissions[0].range_end == "b");
  CHECK(back->permissions[1].type == PermissionType::read_write);

  role.permissions.push_back({PermissionType::read, "A", ""});
  CHECK(is_damaged(decode_role("r", encode_role("r", role)).error()));
  CHECK(is_damaged(decode_role("s", encode_role("r", {})).error()));
}

TEST_CASE("the revision is eight bytes, the switch one") {
  CHECK(encode_revision(AuthRevision{258}) == std::string("\0\0\0\0\0\0\1\2", 8));
  CHECK(*decode_revision(encode_revision(AuthRevision{0x0102030405060708})) ==
        AuthRevision{0x0102030405060708});
  CHECK(is_damaged(decode_revision("1234567").error()));
  CHECK(is_damaged(decode_revision(std::string(8, '\0')).error()));
  CHECK(*decode_enabled(std::string(1, '\0')) == false);
  CHECK(*decode_enabled("\1") == true);
  CHECK(is_damaged(decode_enabled("\2").error()));
  CHECK(is_damaged(decode_enabled("").error()));
  CHECK(is_damaged(decode_enabled("\1\1").error()));
}

TEST_CASE("random damage is refused or harmless") {
  const std::string user = user_message().SerializeAsString();
  const std::string role = encode_role("r", {{{PermissionType::write, "a", "b"}}});
  for (const std::uint64_t seed : test_seeds(500)) {
    CAPTURE(seed);
    Rng rng{seed};
    for (const std::string& good : {user, role}) {
      std::string bytes = good;
      bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
      if (const auto read = decode_user("u", bytes)) {
        CHECK(decode_user("u", encode_user("u", *read)).has_value());
      }
      if (const auto read = decode_role("r", bytes)) {
        CHECK(decode_role("r", encode_role("r", *read)).has_value());
      }
    }
  }
}
