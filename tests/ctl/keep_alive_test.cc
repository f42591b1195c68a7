#include "ctl/client/keep_alive.h"

#include <doctest/doctest.h>

#include "tests/ctl/stream_server.h"

using namespace quorate;
using namespace quorate::ctl;

namespace {

using Server = StreamServer<pb::LeaseKeepAliveRequest>;

pb::LeaseKeepAliveResponse lasting(std::int64_t seconds) {
  pb::LeaseKeepAliveResponse response;
  response.set_id(7);
  response.set_ttl(seconds);
  return response;
}

}  // namespace

TEST_CASE("a lease is asked for again before it runs out, until the server knows it no more") {
  EventLoop loop;
  Server server{loop};
  int asked_count = 0;
  server.on_request = [&](const Server::Asked& asked) {
    CHECK(asked.request.id() == 7);
    Server::answer(asked, lasting(++asked_count < 3 ? 1 : 0));
  };
  const auto client = server.client(loop);
  int renewed = 0;
  bool is_lost = false;
  const KeepAlive keep_alive{*client,
                             7,
                             {.renewed = [&](const pb::LeaseKeepAliveResponse&) { ++renewed; },
                              .lost = [&] { is_lost = true; }}};
  loop.run_until([&] { return is_lost; });
  CHECK(renewed == 2);
  CHECK(asked_count == 3);
}

TEST_CASE("a lease is lost when nobody answers for as long as it lasts") {
  EventLoop loop;
  Server server{loop};
  server.on_request = [&](const Server::Asked& asked) {
    if (asked.is_first) Server::answer(asked, lasting(1));
  };
  const auto client = server.client(loop);
  bool is_lost = false;
  const auto began = std::chrono::steady_clock::now();
  const KeepAlive keep_alive{*client, 7, {.renewed = nullptr, .lost = [&] { is_lost = true; }}};
  loop.run_until([&] { return is_lost; });
  CHECK(std::chrono::steady_clock::now() - began >= std::chrono::seconds{1});
}

TEST_CASE("once, and then the stream is left") {
  EventLoop loop;
  Server server{loop};
  std::int64_t seconds = 100;
  server.on_request = [&](const Server::Asked& asked) { Server::answer(asked, lasting(seconds)); };
  const auto client = server.client(loop);
  CHECK(keep_alive_once(*client, 7)->ttl() == 100);
  seconds = 0;
  const auto gone = keep_alive_once(*client, 7);
  REQUIRE(gone.has_error());
  CHECK(gone.error().message == "etcdserver: requested lease not found");
}
