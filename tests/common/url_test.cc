#include "common/url.h"

#include <doctest/doctest.h>

using namespace quorate;

namespace {
std::string error_of(std::string_view text) {
  return parse_urls(text).error().message;
}
std::string text_of(std::string_view text) {
  return Url::parse(text).value().text();
}
}  // namespace

// The texts are those etcd answers --listen-client-urls with.
TEST_CASE("a URL etcd refuses is refused with its text") {
  CHECK(error_of("127.0.0.1:2379") ==
        "parse \"127.0.0.1:2379\": first path segment in URL cannot contain colon");
  CHECK(error_of("1http://x:1") ==
        "parse \"1http://x:1\": first path segment in URL cannot contain colon");
  CHECK(error_of(":1") == "parse \":1\": missing protocol scheme");
  CHECK(error_of("http://a b:1") == "parse \"http://a b:1\": invalid character \" \" in host name");
  CHECK(error_of("http://h^:1") == "parse \"http://h^:1\": invalid character \"^\" in host name");
  CHECK(error_of("http://[::1:2379") == "parse \"http://[::1:2379\": missing ']' in host");
  CHECK(error_of("http://[::1]x") == "parse \"http://[::1]x\": invalid port \"x\" after host");
  CHECK(error_of("http://a:b") == "parse \"http://a:b\": invalid port \":b\" after host");
  CHECK(error_of("http://%41:1") == "parse \"http://%41:1\": invalid URL escape \"%41\"");
  CHECK(error_of("http://%zz:1") == "parse \"http://%zz:1\": invalid URL escape \"%zz\"");
  CHECK(error_of("http://h:1/%zz") == "parse \"http://h:1/%zz\": invalid URL escape \"%zz\"");
  CHECK(error_of("http://a\x01:1") ==
        "parse \"http://a\\x01:1\": net/url: invalid control character in URL");
  for (const char* text : {"http://127.0.0.1", "http://[::1]", "http://a:1:2", "http:/x",
                           "http://::1:2379", "http:foo"}) {
    CHECK(error_of(text) ==
          std::string{"URL address does not have the form \"host:port\": "} + text);
  }
  for (const char* text :
       {"ftp://127.0.0.1:1", "localhost", "a/b:c", "foo:bar", "*", "//h:1", ""}) {
    CHECK(error_of(text) == std::string{"URL scheme must be http, https, unix, or unixs: "} + text);
  }
  for (const char* text : {"http://127.0.0.1:2379/", "http://127.0.0.1:2379/a"}) {
    CHECK(error_of(text) == std::string{"URL must not contain a path: "} + text);
  }
  CHECK(error_of("http://a,b:1") == "URL address does not have the form \"host:port\": http://a");
}

TEST_CASE("a URL prints as etcd prints it") {
  CHECK(text_of("HTTP://Example.com:2379") == "http://Example.com:2379");
  CHECK(text_of("http://h\xc3\xb4st:1") == "http://h%C3%B4st:1");
  CHECK(text_of("http://h%C3%B4st:1") == "http://h%C3%B4st:1");
  CHECK(text_of("http://u:p@host:1?x=y#f") == "http://u:p@host:1?x=y#f");
  CHECK(text_of("http://host:1?") == "http://host:1?");
  CHECK(text_of("http://host:1#") == "http://host:1");
  CHECK(text_of("http://host:") == "http://host:");
  CHECK(text_of("http://[::1]:2379") == "http://[::1]:2379");
  CHECK(text_of("unix:///tmp/a b") == "unix:///tmp/a%20b");
  CHECK(text_of("unix:///tmp/a%20b!") == "unix:///tmp/a%20b!");
  CHECK(text_of("unix:/tmp/x") == "unix:/tmp/x");
  CHECK(text_of("unixs://localhost:12345") == "unixs://localhost:12345");
}

TEST_CASE("a URL's parts are what a listener needs") {
  const Url v6 = Url::parse("https://[fe80::1]:2380").value();
  CHECK(v6.host_name() == "fe80::1");
  CHECK(v6.port() == "2380");
  CHECK(v6.host() == "[fe80::1]:2380");
  CHECK(v6.is_tls());
  CHECK_FALSE(v6.is_unix());

  const Url relative = Url::parse("unix://etcd.unix:1").value();
  CHECK(relative.socket_path() == "etcd.unix:1");
  CHECK(relative.is_unix());
  CHECK_FALSE(relative.is_tls());
  CHECK(Url::parse("unixs:///run/a%20b").value().socket_path() == "/run/a b");
  CHECK(Url::parse("http://:0").value().host_name().empty());
}

TEST_CASE("lists are trimmed and sorted, and lose duplicates on request") {
  const std::string_view list = " http://b:1, https://a:1 ,http://b:1";
  CHECK(url_texts(parse_urls(list).value()) ==
        std::vector<std::string>{"http://b:1", "http://b:1", "https://a:1"});
  CHECK(url_texts(parse_unique_urls(list).value()) ==
        std::vector<std::string>{"http://b:1", "https://a:1"});
  CHECK(error_of("http://a:1,") == "URL scheme must be http, https, unix, or unixs: ");
}

TEST_CASE("host and port are taken apart as Go does") {
  CHECK(split_host_port("[::1]:80").value().host == "::1");
  CHECK(split_host_port("h:").value().port.empty());
  CHECK(split_host_port("h").error().message == "address h: missing port in address");
  CHECK(split_host_port("a:b:c").error().message == "address a:b:c: too many colons in address");
  CHECK(split_host_port("[::1").error().message == "address [::1: missing ']' in address");
  CHECK(split_host_port("[::1]").error().message == "address [::1]: missing port in address");
  CHECK(split_host_port("[a]b:1").error().message == "address [a]b:1: missing port in address");
  CHECK(split_host_port("[a]:1:2").error().message ==
        "address [a]:1:2: too many colons in address");
  CHECK(split_host_port("a[:1").error().message == "address a[:1: unexpected '[' in address");
  CHECK(split_host_port("a]:1").error().message == "address a]:1: unexpected ']' in address");
}
