#include "server/config/initial_cluster.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::config;

namespace {

Config member(const std::string& name, const std::string& peer_urls) {
  Config c;
  c.member.name = name;
  c.cluster.advertise_peer_urls = parse_urls(peer_urls).value();
  return c;
}

Result<Url> unchanged(const Url& url) {
  return url;
}

std::string new_error(const Config& c, const std::string& cluster,
                      const ResolveUrl& resolve = unchanged) {
  const Status status = check_new_cluster(c, parse_initial_cluster(cluster).value(), resolve);
  return status ? "" : status.error().message;
}

}  // namespace

TEST_CASE("a description is read and printed sorted") {
  const auto cluster = parse_initial_cluster("b=http://b:2,,a=http://a:1,,b= http://b:1 ").value();
  CHECK(cluster.at("b").size() == 2);
  CHECK(cluster.at("b")[0].text() == "http://b:1");
  CHECK(initial_cluster_text(
            parse_initial_cluster("b=http://b:2,a=http://a:1,b=http://b:1").value()) ==
        "a=http://a:1,b=http://b:1,b=http://b:2");
  CHECK(parse_initial_cluster("").value().empty());
}

// The texts are those of etcd 3.4.23 for the same flags.
TEST_CASE("etcd's objections to a description come with its words") {
  CHECK(parse_initial_cluster("a=foo").error().message ==
        "error setting up initial cluster: URL scheme must be http, https, unix, or unixs: foo");
  CHECK(parse_initial_cluster("a=").error().message ==
        "error setting up initial cluster: URL scheme must be http, https, unix, or unixs: ");
  CHECK(new_error(member("x", "http://h:1"), "y=http://a:1") ==
        "couldn't find local name \"x\" in the initial cluster configuration");
  CHECK(new_error(member("a", "http://h:1"), "") ==
        "couldn't find local name \"a\" in the initial cluster configuration");
  CHECK(
      new_error(member("default", "http://127.0.0.1:2"), "default=http://localhost:2380") ==
      "--initial-cluster has default=http://localhost:2380 but missing from "
      "--initial-advertise-peer-urls=http://127.0.0.1:2 (resolved urls: \"http://127.0.0.1:2\" != "
      "\"http://localhost:2380\")");
  CHECK(new_error(member("default", "http://127.0.0.1:2,http://127.0.0.1:3"),
                  "default=http://127.0.0.1:2") ==
        "--initial-advertise-peer-urls has http://127.0.0.1:3 but missing from "
        "--initial-cluster=default=http://127.0.0.1:2,default=http://127.0.0.1:3");
  CHECK(new_error(member("a", "http://127.0.0.1:31380"),
                  "a=http://127.0.0.1:31380,b=http://127.0.0.1:31380") ==
        "initial cluster a=http://127.0.0.1:31380,b=http://127.0.0.1:31380 has duplicate url");
}

TEST_CASE("names that resolve to the advertised addresses are the same place") {
  const ResolveUrl resolve = [](const Url& url) {
    return url.host_name() == "n1" ? Url::parse("http://10.0.0.1:2380") : Result<Url>{url};
  };
  CHECK(new_error(member("a", "http://10.0.0.1:2380"), "a=http://n1:2380,b=http://n2:1", resolve) ==
        "");
  CHECK(new_error(member("a", "http://10.0.0.2:2380"), "a=http://n1:2380", resolve) ==
        "--initial-cluster has a=http://n1:2380 but missing from "
        "--initial-advertise-peer-urls=http://10.0.0.2:2380 (resolved urls: "
        "\"http://10.0.0.2:2380\" != \"http://10.0.0.1:2380\")");
  const ResolveUrl fails = [](const Url&) {
    return Result<Url>{Error{Code::unavailable, "no such host"}};
  };
  CHECK(new_error(member("a", "http://n2:1"), "a=http://n1:1", fails) ==
        "--initial-cluster has a=http://n1:1 but missing from "
        "--initial-advertise-peer-urls=http://n2:1 (failed to resolve \"http://n2:1\" (no such "
        "host))");
}

TEST_CASE("nothing is resolved when the URLs agree as written") {
  const ResolveUrl never = [](const Url& url) {
    FAIL("resolved ", url.text());
    return Result<Url>{url};
  };
  CHECK(new_error(member("a", "http://n1:1,unix://x:1"), "a=unix://x:1,a=http://n1:1", never) ==
        "");
}

TEST_CASE("a joining member needs its name and no duplicate, and must not be told to discover") {
  Config c = member("a", "http://elsewhere:1");
  const auto cluster = parse_initial_cluster("a=http://n1:1,b=http://n2:1").value();
  CHECK(check_existing_cluster(c, cluster).has_value());
  CHECK(check_existing_cluster(member("z", "http://n1:1"), cluster).error().message ==
        "couldn't find local name \"z\" in the initial cluster configuration");
  c.discovery.url = "http://d/x";
  CHECK(check_existing_cluster(c, cluster).error().message ==
        "discovery URL should not be set when joining existing initial cluster");
}
