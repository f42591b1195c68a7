#include "ctl/client/watcher.h"

#include <doctest/doctest.h>

#include "tests/ctl/stream_server.h"

using namespace quorate;
using namespace quorate::ctl;

namespace {

using Server = StreamServer<pb::WatchRequest>;

pb::WatchResponse created(std::int64_t revision) {
  pb::WatchResponse response;
  response.mutable_header()->set_revision(revision);
  response.set_created(true);
  return response;
}

pb::WatchResponse change(std::int64_t revision) {
  pb::WatchResponse response;
  response.mutable_header()->set_revision(revision);
  mvccpb::Event* event = response.add_events();
  event->mutable_kv()->set_key("k");
  event->mutable_kv()->set_mod_revision(revision);
  return response;
}

pb::WatchCreateRequest watch_of(const std::string& key) {
  pb::WatchCreateRequest request;
  request.set_key(key);
  return request;
}

// Revisions of the changes seen until `last`.
std::vector<std::int64_t> changes_until(Client& client, std::int64_t last) {
  std::vector<std::int64_t> seen;
  const Status done = watch_until(client, watch_of("k"), [&](const pb::WatchResponse& response) {
    seen.push_back(response.header().revision());
    return seen.back() == last ? Visit::done : Visit::go_on;
  });
  CHECK(done.has_value());
  return seen;
}

}  // namespace

TEST_CASE("a watch goes on behind what it has seen when its connection breaks") {
  EventLoop loop;
  Server server{loop};
  std::vector<std::int64_t> begins;
  server.on_request = [&](const Server::Asked& asked) {
    begins.push_back(asked.request.create_request().start_revision());
    Server::answer(asked, created(10));
    if (begins.size() == 1) {
      asked.session.close();
      return;
    }
    Server::send(asked, change(begins.size() == 2 ? 12 : 13));
    if (begins.size() == 2) asked.session.h2().send_trailers(asked.stream, {{"grpc-status", "14"}});
  };
  const auto client = server.client(loop);
  CHECK(changes_until(*client, 13) == std::vector<std::int64_t>{12, 13});
  REQUIRE(begins.size() == 3);
  CHECK(begins[0] == 0);
  CHECK(begins[2] == 13);
}

TEST_CASE("a watch that the server cancels tells why") {
  EventLoop loop;
  Server server{loop};
  pb::WatchResponse end;
  server.on_request = [&](const Server::Asked& asked) { Server::answer(asked, end); };
  end.set_canceled(true);
  const auto why = [&] {
    const auto client = server.client(loop);
    const Status done =
        watch_until(*client, watch_of("k"), [](const pb::WatchResponse&) { return Visit::go_on; });
    return done ? Error{} : done.error();
  };
  CHECK(why().message == "etcdserver: mvcc: required revision is a future revision");
  end.set_cancel_reason("no such thing");
  CHECK(why() == Error{Code::failed_precondition, "no such thing"});
  end.set_created(true);
  CHECK(why() == Error{Code::permission_denied, "no such thing"});
  end.set_created(false);
  end.set_compact_revision(7);
  CHECK(why().message == "etcdserver: mvcc: required revision has been compacted");
}

TEST_CASE("a watch that is refused is not tried again") {
  EventLoop loop;
  Server server{loop};
  int asked_count = 0;
  server.on_request = [&](const Server::Asked& asked) {
    ++asked_count;
    asked.session.h2().send_only(asked.stream, {{":status", "200"},
                                                {"content-type", "application/grpc"},
                                                {"grpc-status", "7"},
                                                {"grpc-message", "no"}});
  };
  const auto client = server.client(loop);
  const Status done =
      watch_until(*client, watch_of("k"), [](const pb::WatchResponse&) { return Visit::go_on; });
  REQUIRE(done.has_error());
  CHECK(done.error().code == Code::permission_denied);
  CHECK(asked_count == 1);
}

TEST_CASE("an interruption ends a wait for changes") {
  EventLoop loop;
  Server server{loop};
  bool is_stopped = false;
  server.on_request = [&](const Server::Asked&) { is_stopped = true; };
  const auto client = server.client(loop);
  client->interrupt_when([&] { return is_stopped; });
  const Status done =
      watch_until(*client, watch_of("k"), [](const pb::WatchResponse&) { return Visit::go_on; });
  REQUIRE(done.has_error());
  CHECK(done.error().message == "context canceled");
}

TEST_CASE("a sign of progress has a revision and nothing else") {
  pb::WatchResponse response;
  CHECK(!is_progress(response));
  response.mutable_header()->set_revision(3);
  CHECK(is_progress(response));
  CHECK(!is_progress(created(3)));
  CHECK(!is_progress(change(3)));
}
