#include "server/net/http1_head.h"

#include <doctest/doctest.h>

using namespace quorate::net;

namespace {

int status_of(const Headers& headers, MinorVersion version = MinorVersion::http11) {
  return check_head(headers, version).status;
}

Headers headers_of(std::initializer_list<Headers::Field> fields) {
  Headers headers;
  for (const auto& field : fields) headers.add(field.name, field.value);
  return headers;
}

}  // namespace

TEST_CASE("a head in HTTP/1.1's form, names as Go writes them") {
  std::string out;
  append_status_line(MinorVersion::http11, 404, {}, out);
  append_fields({{"content-type", "text/plain"}, {"x-etcd-index", "7"}}, out);
  CHECK(out == "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nX-Etcd-Index: 7\r\n");
  out.clear();
  append_status_line(MinorVersion::http10, 400, "Bad Request: no", out);
  CHECK(out == "HTTP/1.0 400 Bad Request: no\r\n");
}

TEST_CASE("a date is that of RFC 9110") {
  CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("targets in origin and in absolute form") {
  struct Case {
    std::string_view target, authority, path, query;
  };
  for (const Case& each : {
           Case{"/", "", "/", ""},
           Case{"/a/b?x=1&y", "", "/a/b", "x=1&y"},
           Case{"/a?b?c", "", "/a", "b?c"},
           Case{"?x", "", "/", "x"},
           Case{"", "", "/", ""},
           Case{"*", "", "*", ""},
           Case{"//host/path", "", "//host/path", ""},
           Case{"/a://b", "", "/a://b", ""},
           Case{"http://host:1/p?q", "host:1", "/p", "q"},
           Case{"http://host", "host", "/", ""},
           Case{"http://host?q", "host", "/", "q"},
           Case{"http:///p", "", "/p", ""},
           Case{"://", "", "/", ""},
       }) {
    CAPTURE(each.target);
    const Target target = split_target(each.target);
    CHECK(target.authority == each.authority);
    CHECK(target.path == each.path);
    CHECK(target.query == each.query);
  }
}

TEST_CASE("one Host, of the characters a host has") {
  CHECK(status_of(headers_of({{"host", "a.example:2379"}})) == 0);
  CHECK(status_of(headers_of({{"host", "[::1]:2379"}})) == 0);
  CHECK(status_of(headers_of({{"host", ""}})) == 0);
  CHECK(status_of({}) == 400);
  CHECK(status_of({}, MinorVersion::http10) == 0);
  CHECK(status_of(headers_of({{"host", "a"}, {"host", "a"}})) == 400);
  for (const std::string_view host :
       {"a b", "a/b", "a\\b", "a@b", "a\"b", "a<b", "a\xc3\xa9", "a#b", "a?b"}) {
    CAPTURE(host);
    CHECK(status_of(headers_of({{"host", host}})) == 400);
  }
}

TEST_CASE("no transfer coding but chunked, once: any other would hide where the request ends") {
  const auto coded = [](std::initializer_list<std::string_view> codings) {
    Headers headers = headers_of({{"host", "a"}});
    for (const auto coding : codings) headers.add("transfer-encoding", coding);
    return status_of(headers);
  };
  CHECK(coded({}) == 0);
  CHECK(coded({"chunked"}) == 0);
  CHECK(coded({"Chunked"}) == 0);
  CHECK(coded({"chunked", "chunked"}) == 501);
  for (const std::string_view coding : {"", "gzip", "identity", "gzip, chunked", "chunked, chunked",
                                        "chunked, identity", "xchunked", "chunked;q=1",
                                        "\x0b"
                                        "chunked"}) {
    CAPTURE(coding);
    CHECK(coded({coding}) == 501);
  }
}

TEST_CASE("a target is a path, an absolute address or a star, with whole escapes") {
  const auto status = [](std::string_view method, std::string_view target) {
    return check_target(method, target).status;
  };
  for (const std::string_view target : {"/", "*", "http://a/b", "/%20", "/%aF?%zz", ""}) {
    CAPTURE(target);
    CHECK(status("GET", target) == 0);
  }
  CHECK(status("CONNECT", "a:443") == 0);
  for (const std::string_view target : {"a:443", "version", "/%", "/%2", "/%zz", "/%2x", "/a%"}) {
    CAPTURE(target);
    CHECK(status("GET", target) == 400);
  }
}
