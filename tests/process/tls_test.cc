// TLS on the client port, seen from curl, etcdctl and quoratectl.
#include <doctest/doctest.h>

#include "tests/peers/certificates.h"
#include "tests/peers/command.h"
#include "tests/peers/etcd_process.h"

using namespace quorate::test;

namespace {

// Two authorities; the server has a certificate of the first.
struct Certificates {
  TempDir dir;
  Authority ours{dir.path(), "ours"};
  Authority other{dir.path(), "other"};
  CertificateFiles server = ours.issue("server");
  CertificateFiles client = ours.issue("client");
  CertificateFiles stranger = other.issue("stranger");
};

const Certificates& certificates() {
  static const Certificates all;
  return all;
}

struct Server {
  explicit Server(std::vector<std::string> flags, const std::string& scheme = "https")
      : process{options(std::move(flags), scheme)} {}

  static EtcdProcess::Options options(std::vector<std::string> flags, const std::string& scheme) {
    EtcdProcess::Options out;
    out.program = QUORATE;
    out.client_scheme = scheme;
    out.more_flags = std::move(flags);
    out.more_flags.push_back("--cert-file=" + certificates().server.cert.string());
    out.more_flags.push_back("--key-file=" + certificates().server.key.string());
    return out;
  }
  [[nodiscard]] std::string url(const std::string& scheme) const {
    return scheme + "://" + process.endpoint();
  }
  void wait_until_ready(const std::string& scheme, const std::vector<std::string>& flags) const {
    std::vector<std::string> words{QUORATECTL, "--endpoints=" + url(scheme), "get", "x"};
    words.insert(words.end(), flags.begin(), flags.end());
    const auto result = run_command(words);
    REQUIRE_MESSAGE(result.status == 0, result.err, process.log());
  }

  EtcdProcess process;
};

std::vector<std::string> trusting(const Authority& authority) {
  return {"--cacert=" + authority.cert().string()};
}

std::vector<std::string> showing(const Authority& authority, const CertificateFiles& files) {
  auto flags = trusting(authority);
  flags.push_back("--cert=" + files.cert.string());
  flags.push_back("--key=" + files.key.string());
  return flags;
}

// A put with our client, then with etcd's where there is one: they must fare alike.
bool can_put(const std::string& url, const std::vector<std::string>& flags,
             const std::string& timeout = "5s") {
  std::vector<std::string> words{QUORATECTL,
                                 "--endpoints=" + url,
                                 "--command-timeout=" + timeout,
                                 "--dial-timeout=" + timeout,
                                 "put",
                                 "k",
                                 "v"};
  words.insert(words.end(), flags.begin(), flags.end());
  const bool can = run_command(words).status == 0;
  if (const auto etcdctl = peer_program("etcdctl")) {
    words[0] = etcdctl->string();
    words.insert(words.begin(), {"/usr/bin/env", "ETCDCTL_API=3"});
    CHECK((run_command(words).status == 0) == can);
  }
  return can;
}

// Clients try again until their time is up: it is short for those who are not to come in.
bool is_kept_out(const std::string& url, const std::vector<std::string>& flags) {
  return !can_put(url, flags, "300ms");
}

// curl's exit status (https://curl.se/libcurl/c/libcurl-errors.html) and what -w asked for.
struct CurlResult {
  int status;
  std::string text;
};
CurlResult curl(const std::string& url, const std::vector<std::string>& flags = {},
                const std::string& write_out = "%{http_code} %{http_version}") {
  std::vector<std::string> words{"/usr/bin/curl", "-sS", "--max-time", "5", "-o",
                                 "/dev/null",     "-w",  write_out};
  words.insert(words.end(), flags.begin(), flags.end());
  words.push_back(url + "/version");
  const auto result = run_command(words);
  return {result.status, result.out};
}

std::vector<std::string> curl_flags(const Authority& authority) {
  return {"--cacert", authority.cert().string()};
}
std::vector<std::string> curl_flags(const Authority& authority, const CertificateFiles& files) {
  return {"--cacert", authority.cert().string(), "--cert", files.cert.string(),
          "--key",    files.key.string()};
}

}  // namespace

TEST_CASE("a server with a certificate: clients that know its authority come in") {
  const auto& all = certificates();
  const Server server{{}};
  server.wait_until_ready("https", trusting(all.ours));
  CHECK(can_put(server.url("https"), trusting(all.ours)));
  CHECK(is_kept_out(server.url("https"), trusting(all.other)));
  CHECK(can_put(server.url("https"), showing(all.ours, all.stranger)));  // nobody asked for one
  CHECK(curl(server.url("https"), curl_flags(all.ours)).text == "200 2");
  CHECK(curl(server.url("https"), curl_flags(all.other)).status == 60);
}

TEST_CASE("the protocol is chosen by ALPN; without it HTTP/1.1 and HTTP/2 are told apart") {
  const auto& all = certificates();
  const Server server{{}};
  server.wait_until_ready("https", trusting(all.ours));
  const auto ask = [&](std::vector<std::string> flags) {
    const auto ca = curl_flags(all.ours);
    flags.insert(flags.end(), ca.begin(), ca.end());
    return curl(server.url("https"), flags).text;
  };
  CHECK(ask({"--http2"}) == "200 2");
  CHECK(ask({"--http1.1"}) == "200 1.1");
  CHECK(ask({"--no-alpn"}) == "200 1.1");
  CHECK(ask({"--tlsv1.3"}) == "200 2");
  CHECK(ask({"--tls-max", "1.2"}) == "200 2");
  CHECK(ask({"--tls-max", "1.1"}) == "000 0");
}

TEST_CASE("a server with an authority asks every client for its certificate") {
  const auto& all = certificates();
  for (const bool says_so : {true, false}) {
    CAPTURE(says_so);
    std::vector<std::string> flags{"--trusted-ca-file=" + all.ours.cert().string()};
    if (says_so) flags.emplace_back("--client-cert-auth");
    const Server server{flags};
    server.wait_until_ready("https", showing(all.ours, all.client));
    const std::string url = server.url("https");
    CHECK(can_put(url, showing(all.ours, all.client)));
    CHECK(is_kept_out(url, trusting(all.ours)));
    CHECK(is_kept_out(url, showing(all.ours, all.stranger)));
    CHECK(curl(url, curl_flags(all.ours, all.client)).text == "200 2");
    CHECK(curl(url, curl_flags(all.ours)).status != 0);
    CHECK(curl(url, curl_flags(all.ours, all.stranger)).status != 0);
    CHECK(server.process.log().find("rejected connection on client endpoint") != std::string::npos);
  }
}

TEST_CASE("plain HTTP to a TLS port and TLS to a plain port get nowhere, and harm nobody") {
  const auto& all = certificates();
  const Server secure{{}};
  const Server plain{{}, "http"};
  secure.wait_until_ready("https", trusting(all.ours));
  plain.wait_until_ready("http", {});
  CHECK(curl(secure.url("http")).status != 0);
  CHECK(is_kept_out(secure.url("http"), {}));
  CHECK(curl(plain.url("https"), curl_flags(all.ours)).status == 35);
  CHECK(is_kept_out(plain.url("https"), trusting(all.ours)));
  CHECK(can_put(secure.url("https"), trusting(all.ours)));
  CHECK(can_put(plain.url("http"), {}));
}

TEST_CASE("one address with both schemes takes both") {
  const auto& all = certificates();
  const int port = free_port();
  const std::string address = "127.0.0.1:" + std::to_string(port);
  auto options =
      Server::options({"--listen-client-urls=http://" + address + ",https://" + address}, "https");
  options.client_port = port;
  const EtcdProcess process{options};
  const auto ready = run_command({QUORATECTL, "--endpoints=http://" + address, "get", "x"});
  REQUIRE_MESSAGE(ready.status == 0, ready.err, process.log());
  CHECK(can_put("http://" + address, {}));
  CHECK(can_put("https://" + address, trusting(all.ours)));
  CHECK(curl("http://" + address).text == "200 1.1");
  CHECK(curl("http://" + address, {"--http2-prior-knowledge"}).text == "415 2");  // gRPC only
  CHECK(curl("https://" + address, curl_flags(all.ours)).text == "200 2");
}

TEST_CASE("a certificate renewed in its file is shown from then on, without a restart") {
  const TempDir dir;
  const Authority first{dir.path(), "first"};
  const Authority second{dir.path(), "second"};
  const auto shown = first.issue("shown");
  auto options = Server::options({}, "https");
  options.more_flags = {"--cert-file=" + shown.cert.string(), "--key-file=" + shown.key.string()};
  const EtcdProcess process{options};
  const std::string url = "https://" + process.endpoint();
  REQUIRE(can_put(url, trusting(first)));
  (void)second.issue("shown");
  CHECK(curl(url, curl_flags(second)).status == 0);
  CHECK(curl(url, curl_flags(first)).status == 60);
}

TEST_CASE("while a certificate's files cannot be read the one read at the start is shown") {
  const TempDir dir;
  const Authority first{dir.path(), "first"};
  const Authority second{dir.path(), "second"};
  const auto shown = first.issue("shown");
  auto options = Server::options({}, "https");
  options.more_flags = {"--cert-file=" + shown.cert.string(), "--key-file=" + shown.key.string()};
  const EtcdProcess process{options};
  const std::string url = "https://" + process.endpoint();
  REQUIRE(can_put(url, trusting(first)));
  // Half of a renewal: the new certificate has no key yet.
  (void)second.issue("shown");
  std::filesystem::resize_file(shown.key, 0);
  CHECK(curl(url, curl_flags(first)).status == 0);
  std::filesystem::remove(shown.cert);
  std::filesystem::remove(shown.key);
  CHECK(curl(url, curl_flags(first)).status == 0);
}

TEST_CASE("clients whose certificate is revoked, or of another host, stay out") {
  const auto& all = certificates();
  const auto revoked = all.ours.issue("revoked");
  const std::string list = all.ours.revoke(revoked).string();
  const Server server{{"--trusted-ca-file=" + all.ours.cert().string(), "--client-crl-file=" + list,
                       "--client-cert-allowed-hostname=client,revoked,nobody"}};
  server.wait_until_ready("https", showing(all.ours, all.client));
  const std::string url = server.url("https");
  CHECK(can_put(url, showing(all.ours, all.client)));
  CHECK(is_kept_out(url, showing(all.ours, revoked)));
  CHECK(is_kept_out(url, showing(all.ours, all.ours.issue("elsewhere"))));
  // The list is read anew for every client.
  (void)all.ours.revoke(all.client);
  CHECK(is_kept_out(url, showing(all.ours, all.client)));
  CHECK(can_put(url, showing(all.ours, revoked)));
}

TEST_CASE("versions and suites of TLS are those that were asked for") {
  const auto& all = certificates();
  const auto ask = [&](const Server& server, std::vector<std::string> flags) {
    const auto ca = curl_flags(all.ours);
    flags.insert(flags.end(), ca.begin(), ca.end());
    return curl(server.url("https"), flags).text;
  };
  const Server newest{{"--tls-min-version=TLS1.3"}};
  newest.wait_until_ready("https", trusting(all.ours));
  CHECK(ask(newest, {}) == "200 2");
  CHECK(ask(newest, {"--tls-max", "1.2"}) == "000 0");
  const Server old{{"--tls-max-version=TLS1.2",
                    "--cipher-suites=TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,"
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}};
  old.wait_until_ready("https", trusting(all.ours));
  CHECK(ask(old, {}) == "200 2");
  CHECK(ask(old, {"--tlsv1.3"}) == "000 0");
  CHECK(ask(old, {"--ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305"}) == "200 2");
  CHECK(ask(old, {"--ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384"}) == "000 0");
}

TEST_CASE("--auto-tls makes a certificate once, and nobody is served in the clear") {
  const TempDir dir;
  const std::string data = (dir.path() / "data").string();
  EtcdProcess::Options options;
  options.program = QUORATE;
  options.client_scheme = "https";
  options.more_flags = {"--auto-tls", "--data-dir=" + data};
  EtcdProcess process{options};
  const std::string cert = data + "/fixtures/client/cert.pem";
  const auto get = [&](std::vector<std::string> flags) {
    std::vector<std::string> words{QUORATECTL, "--endpoints=https://" + process.endpoint(), "get",
                                   "x"};
    words.insert(words.end(), flags.begin(), flags.end());
    return run_command(words).status == 0;
  };
  REQUIRE_MESSAGE(get({"--insecure-skip-tls-verify"}), process.log());
  CHECK(get({"--cacert=" + cert}));
  CHECK(curl("http://" + process.endpoint()).status != 0);
  const TempDir copy;
  std::filesystem::copy_file(cert, copy.path() / "cert.pem");
  process.kill();
  process.start();
  CHECK(get({"--cacert=" + (copy.path() / "cert.pem").string()}));
}
