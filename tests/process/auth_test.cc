// Users, roles and tokens of a running server: what lasts, what ends, and what is written down.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "server/auth/jwt/jwt_tokens.h"
#include "tests/auth/test_keys.h"
#include "tests/peers/certificates.h"
#include "tests/peers/command.h"
#include "tests/process/auth_client.h"

using namespace quorate;
using namespace quorate::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
namespace pb = etcdserverpb;

namespace {

const std::string kDenied = "PermissionDenied etcdserver: permission denied";
const std::string kNobody = "InvalidArgument etcdserver: user name is empty";
const std::string kInvalid = "Unauthenticated etcdserver: invalid auth token";
const std::string kOld = "InvalidArgument etcdserver: revision of auth store is old";
const std::string kWrong =
    "InvalidArgument etcdserver: authentication failed, invalid user ID or password";

std::string content_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

std::string delete_user(AuthServer& server, const std::string& name, const std::string& token) {
  pb::AuthUserDeleteRequest request;
  request.set_name(name);
  return server.error<pb::AuthUserDeleteResponse>("Auth/UserDelete", request, token);
}

std::string change_password(AuthServer& server, const std::string& name,
                            const std::string& password, const std::string& token) {
  pb::AuthUserChangePasswordRequest request;
  request.set_name(name);
  request.set_password(password);
  return server.error<pb::AuthUserChangePasswordResponse>("Auth/UserChangePassword", request,
                                                          token);
}

std::vector<std::string> roles_of(AuthServer& server, const std::string& user,
                                  const std::string& token) {
  pb::AuthUserGetRequest request;
  request.set_name(user);
  const auto answer = server.call<pb::AuthUserGetResponse>("Auth/UserGet", request, token);
  REQUIRE(answer.has_value());
  return {answer->roles().begin(), answer->roles().end()};
}

}  // namespace

TEST_CASE("users, roles and whether they are asked for survive a kill") {
  AuthServer server;
  server.set_up();
  const std::string root = server.login("root");
  REQUIRE(delete_user(server, "u", root).empty());
  server.add_user("v", root);
  server.grant("v", authpb::Permission::READWRITE, "kept", {}, root);
  for (int round = 0; round < 2; ++round) {
    CAPTURE(round);
    server.restart();
    CHECK(server.put({}, "kept") == kNobody);
    CHECK(server.login("u") == kWrong);
    const std::string v = server.login("v");
    CHECK(server.put(v, "kept").empty());
    CHECK(server.put(v, "mine") == kDenied);
    CHECK(roles_of(server, "v", server.login("root")) == std::vector<std::string>{"v"});
  }
}

TEST_CASE("a token is worth what its user is") {
  AuthServer server;
  server.set_up();
  const std::string root = server.login("root");
  const std::string u = server.login("u");
  CHECK(server.put(u, "mine").empty());
  CHECK(server.put("Bearer " + u, "mine").empty());
  for (const std::string& forged : {std::string{"forged"}, u + "1", u.substr(1),
                                    std::string{"aaaaaaaaaaaaaaaa.18446744073709551615"},
                                    u.substr(0, u.find('.')) + ".99999999"}) {
    CAPTURE(forged);
    CHECK(server.put(forged, "mine") == kInvalid);
    CHECK(server.get(forged, "mine") == kInvalid);
    CHECK(server.txn(forged, {}) == kInvalid);
    CHECK(delete_user(server, "u", forged) == kInvalid);
  }

  // Another password: the old tokens end.
  REQUIRE(change_password(server, "u", "new", root).empty());
  CHECK(server.put(u, "mine") == kInvalid);
  CHECK(server.login("u", "u") == kWrong);
  const std::string again = server.login("u", "new");
  CHECK(server.put(again, "mine").empty());

  // No user any more, and another one by that name later.
  REQUIRE(delete_user(server, "u", root).empty());
  CHECK(server.put(again, "mine") == kInvalid);
  CHECK(server.login("u", "new") == kWrong);
  pb::AuthUserAddRequest user;
  user.set_name("u");
  user.set_password("new");
  REQUIRE(server.error<pb::AuthUserAddResponse>("Auth/UserAdd", user, root).empty());
  CHECK(server.put(again, "mine") == kInvalid);
  CHECK(server.put(server.login("u", "new"), "mine") == kDenied);

  // Off and on again: nobody's token is known.
  REQUIRE(server.error<pb::AuthDisableResponse>("Auth/AuthDisable", pb::AuthDisableRequest{}, root)
              .empty());
  CHECK(server.put(root, "mine").empty());
  CHECK(server.put({}, "mine").empty());
  REQUIRE(server.error<pb::AuthEnableResponse>("Auth/AuthEnable", pb::AuthEnableRequest{}).empty());
  CHECK(server.put(root, "mine") == kInvalid);
}

TEST_CASE("a token that nobody used for --auth-token-ttl is worth nothing") {
  AuthServer server{{"--auth-token-ttl=1"}};
  server.set_up();
  const std::string unused = server.login("u");
  const std::string used = server.login("u");
  const auto end = std::chrono::steady_clock::now() + 1500ms;
  while (std::chrono::steady_clock::now() < end) REQUIRE(server.put(used, "mine").empty());
  CHECK(server.put(unused, "mine") == kInvalid);
  CHECK(server.put(used, "mine").empty());
}

TEST_CASE("logins while users change are checked anew; wrong passwords are not remembered") {
  AuthServer server;
  server.set_up();
  const std::string root = server.login("root");
  pb::AuthenticateRequest request;
  request.set_name("u");
  request.set_password("u");
  int answers = 0;
  std::vector<grpc::Call> calls;
  for (int i = 0; i < 50; ++i) {
    calls.push_back(grpc::start_unary<pb::AuthenticateResponse>(
        server.channel, "/etcdserverpb.Auth/Authenticate", request, AuthServer::options({}),
        [&](Result<pb::AuthenticateResponse> answer) {
          // Before or after the change, never in between.
          if (!answer) CHECK(AuthServer::text_of(answer.error()) == kWrong);
          ++answers;
        }));
  }
  REQUIRE(change_password(server, "u", "new", root).empty());
  REQUIRE(
      server.loop.run_until([&] { return answers == 50; }, std::chrono::steady_clock::now() + 60s));
  for (int i = 0; i < 3; ++i) {
    CHECK(server.login("u", "u") == kWrong);
    CHECK(server.put(server.login("u", "new"), "mine").empty());
  }
}

TEST_CASE("signed tokens outlive the server, and end with the next change of users") {
  const TempDir dir;
  const auth::SigningMethod& method = *auth::find_signing_method("ES256");
  const auth::TestKey key = auth::make_test_key(method);
  const std::string private_path = dir.path() / "private.pem";
  const std::string public_path = dir.path() / "public.pem";
  std::ofstream{private_path} << key.private_text;
  std::ofstream{public_path} << key.public_text;
  AuthServer server{{"--auth-token=jwt,sign-method=ES256,pub-key=" + public_path +
                     ",priv-key=" + private_path + ",ttl=10m"}};
  server.set_up();
  const std::string root = server.login("root");
  const std::string u = server.login("u");
  CHECK(server.put(u, "mine").empty());
  CHECK(server.put(u, "theirs") == kDenied);
  server.restart();
  CHECK(server.put(u, "mine").empty());
  CHECK(server.get(u, "theirs") == kDenied);

  // Signed with another key, by another method, not at all.
  const SystemClock clock;
  auth::JwtTokens strangers{clock, auth::load_test_key(method, auth::make_test_key(method)), 5min};
  CHECK(server.put(*strangers.assign({"root", auth::AuthRevision{99}, {}, {}}), "mine") ==
        kInvalid);
  const std::string unsigned_token = u.substr(0, u.rfind('.') + 1);
  CHECK(server.put(unsigned_token, "mine") == kInvalid);

  server.grant("u", authpb::Permission::READ, "more", {}, root);
  CHECK(server.put(u, "mine") == kOld);
  CHECK(server.get(u, "mine") == kOld);
  // root must be able to act while users change.
  CHECK(delete_user(server, "u", root).empty());
}

TEST_CASE("a watch goes on that was permitted once; a new one is asked") {
  AuthServer server;
  server.set_up();
  const std::string root = server.login("root");
  AuthWatch watch{server, server.login("u")};
  REQUIRE(watch.create("mine") == "created");
  pb::AuthRoleRevokePermissionRequest revoke;
  revoke.set_role("u");
  revoke.set_key("mine");
  REQUIRE(
      server.error<pb::AuthRoleRevokePermissionResponse>("Auth/RoleRevokePermission", revoke, root)
          .empty());
  REQUIRE(server.put(root, "mine").empty());
  watch.wait_for(2);
  CHECK(watch.responses.back().events_size() == 1);
  CHECK(watch.create("mine") ==
        "rpc error: code = PermissionDenied desc = etcdserver: permission denied");
  CHECK(server.get(server.login("u"), "mine") == kDenied);
}

TEST_CASE("no password is written down: not in the log, the table, or what the server says") {
  const TempDir dir;
  const std::string data = dir.path() / "data";
  const std::string secret = "correct-horse-battery-staple";
  const std::string second = "staple-battery-horse-correct";
  AuthServer server{{"--data-dir=" + data, "--log-level=debug"}};
  server.set_up();
  const std::string root = server.login("root");
  pb::AuthUserAddRequest user;
  user.set_name("v");
  user.set_password(secret);
  REQUIRE(server.error<pb::AuthUserAddResponse>("Auth/UserAdd", user, root).empty());
  // Given though there is none, and a hash made elsewhere: neither is kept.
  user.set_name("w");
  user.mutable_options()->set_no_password(true);
  user.set_hashedpassword(second);
  REQUIRE(server.error<pb::AuthUserAddResponse>("Auth/UserAdd", user, root).empty());
  REQUIRE(server.put(server.login("v", secret), "x") == kDenied);
  CHECK(server.login("v", second) == kWrong);
  // Who operates the server sees that somebody tries.
  CHECK(server.process.log().find(R"("msg":"invalid password","user-name":"v")") !=
        std::string::npos);
  REQUIRE(change_password(server, "v", second, root).empty());
  REQUIRE(server.put(server.login("v", second), "x") == kDenied);
  const auto dump = run_command({WAL_DUMP, data + "/member/wal"});
  REQUIRE(dump.status == 0);
  CHECK(dump.out.find("auth_user_add name=\"v\"") != std::string::npos);
  server.process.kill();

  std::string everything = dump.out + server.process.log();
  for (const auto& entry : fs::recursive_directory_iterator{data}) {
    if (entry.is_regular_file()) everything += content_of(entry.path());
  }
  CHECK(everything.find("JDJ") != std::string::npos);  // hashes are there: "$2.." in base64
  CHECK(everything.find(secret) == std::string::npos);
  CHECK(everything.find(second) == std::string::npos);
}

TEST_CASE("certificates name users, but not over the gateway (CVE-2018-16886)") {
  const TempDir dir;
  const Authority authority{dir.path()};
  const auto files = authority.issue("server");
  const auto root = authority.issue("root");
  const auto stranger = authority.issue("stranger");
  const auto flags = [&](const CertificateFiles& client) {
    return std::vector<std::string>{"--cacert=" + authority.cert().string(),
                                    "--cert=" + client.cert.string(),
                                    "--key=" + client.key.string()};
  };
  for (const bool names_users : {true, false}) {
    CAPTURE(names_users);
    EtcdProcess::Options options;
    options.program = QUORATE;
    options.client_scheme = "https";
    options.more_flags = {"--cert-file=" + files.cert.string(), "--key-file=" + files.key.string(),
                          "--trusted-ca-file=" + authority.cert().string(), "--bcrypt-cost=4"};
    if (names_users) options.more_flags.emplace_back("--client-cert-auth");
    const EtcdProcess process{options};
    const std::string url = "https://" + process.endpoint();
    const auto run = [&](std::vector<std::string> words, const CertificateFiles& client) {
      words.insert(words.begin(), {QUORATECTL, "--endpoints=" + url});
      const auto more = flags(client);
      words.insert(words.end(), more.begin(), more.end());
      return run_command(words);
    };
    REQUIRE(run({"user", "add", "root:pw"}, root).status == 0);
    REQUIRE(run({"user", "add", "stranger:pw"}, root).status == 0);
    REQUIRE(run({"user", "grant-role", "root", "root"}, root).status == 0);
    REQUIRE(run({"auth", "enable"}, root).status == 0);
    const auto put = run({"put", "k", "v"}, root);
    CHECK((put.status == 0) == names_users);
    if (!names_users) CHECK(put.err.find("user name is empty") != std::string::npos);
    const auto denied = run({"put", "k", "v"}, stranger);
    CHECK(denied.err.find(names_users ? "permission denied" : "user name is empty") !=
          std::string::npos);
    CHECK(run({"--user=root:pw", "put", "k", "v"}, stranger).status == 0);

    const auto page = run_command({"/usr/bin/curl", "-s", "--cacert", authority.cert().string(),
                                   "--cert", root.cert.string(), "--key", root.key.string(), "-d",
                                   R"({"key":"aw=="})", url + "/v3/kv/range"});
    CHECK(page.out == (names_users
                           ? "CommonName of client sending a request against gateway will be "
                             "ignored and not used as expected\n"
                           : R"({"error":"etcdserver: user name is empty",)"
                             R"("message":"etcdserver: user name is empty","code":3})"));
  }
}

TEST_CASE("the metrics tell the revision of users and roles") {
  AuthServer server;
  server.set_up();
  const auto page =
      run_command({"/usr/bin/curl", "-s", "http://" + server.process.endpoint() + "/metrics"});
  CHECK(page.out.find("\netcd_debugging_auth_revision 8\n") != std::string::npos);
}
