#include "common/grpc/endpoint.h"

#include <doctest/doctest.h>

#include "common/grpc/channel.h"

using quorate::grpc::Endpoint;
using quorate::grpc::parse_endpoint;
using quorate::grpc::TlsNeed;

TEST_CASE("a TCP endpoint has a host, a port and what its scheme says of TLS") {
  struct Case {
    const char* text;
    const char* host;
    const char* port;
    TlsNeed need;
  };
  for (const Case& c : {Case{"127.0.0.1:2379", "127.0.0.1", "2379", TlsNeed::settings_decide},
                        Case{"http://h:1", "h", "1", TlsNeed::never},
                        Case{"http://h:1/path", "h", "1", TlsNeed::never},
                        Case{"https://etcd.example:2379", "etcd.example", "2379", TlsNeed::always},
                        Case{"https://[::1]:2379", "::1", "2379", TlsNeed::always},
                        Case{"[fe80::1]:2379", "fe80::1", "2379", TlsNeed::settings_decide},
                        Case{"fe80::1", "fe80::1", "", TlsNeed::settings_decide},
                        Case{":2379", "", "2379", TlsNeed::settings_decide},
                        Case{"localhost", "localhost", "", TlsNeed::settings_decide},
                        Case{"ftp://h:1", "", "", TlsNeed::settings_decide},
                        Case{"", "", "", TlsNeed::settings_decide}}) {
    INFO(c.text);
    const Endpoint endpoint = parse_endpoint(c.text);
    CHECK(endpoint.text == c.text);
    CHECK(endpoint.host == c.host);
    CHECK(endpoint.port == c.port);
    CHECK(endpoint.server_name == c.host);
    CHECK(endpoint.tls_need == c.need);
    CHECK(!endpoint.is_unix());
  }
}

TEST_CASE("a unix endpoint is a path, whose last segment names the server") {
  CHECK(parse_endpoint("unix:///run/etcd.sock").path == "/run/etcd.sock");
  CHECK(parse_endpoint("unix://etcd.sock").path == "etcd.sock");
  CHECK(parse_endpoint("unix:dir/etcd.sock").path == "dir/etcd.sock");
  CHECK(parse_endpoint("unix:dir/etcd.sock").tls_need == TlsNeed::settings_decide);
  CHECK(parse_endpoint("unixs:dir/etcd.sock").tls_need == TlsNeed::always);
  CHECK(parse_endpoint("unixs:///dir/etcd.sock").server_name == "etcd.sock");
}

TEST_CASE("the first endpoint decides about TLS for all") {
  using quorate::grpc::wants_tls;
  CHECK(!wants_tls({"http://a:1", "https://b:1"}, true));
  CHECK(wants_tls({"https://a:1", "http://b:1"}, false));
  CHECK(wants_tls({"a:1"}, true));
  CHECK(!wants_tls({"a:1"}, false));
  CHECK(wants_tls({"unixs:a"}, false));
}
