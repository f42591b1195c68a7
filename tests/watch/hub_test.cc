#include "server/watch/hub.h"

#include <doctest/doctest.h>

#include "tests/watch/desk.h"

using namespace quorate;
using namespace quorate::watch;
using namespace std::chrono_literals;

using Lines = std::vector<std::string>;

TEST_CASE("the frames of one turn leave in one send") {
  Desk desk;
  Client client{desk};
  client.create({.key = "a"});
  client.create({.key = "a"});
  desk.apply({put("a", "1")});
  desk.apply({put("a", "2")});
  client.create({.key = "b"});
  CHECK(client.port.sends == 0);
  desk.flush();
  CHECK(client.port.sends == 1);
  CHECK(client.port.take().size() == 7);
  desk.flush();
  CHECK(client.port.sends == 1);
}

TEST_CASE("a refused create says why, as a gRPC error in words, and the stream goes on") {
  Desk desk;
  Client client{desk};
  client.stream->create({.key = "a", .id = 5},
                        Error{Code::permission_denied, "etcdserver: permission denied"});
  client.create({.key = "a", .id = 5});
  CHECK(client.told() ==
        Lines{"id=-1 rev=1 created canceled reason=rpc error: code = PermissionDenied desc = "
              "etcdserver: permission denied",
              "id=5 rev=1 created"});
}

TEST_CASE("watches and their keys are bounded") {
  Config config;
  config.watch_bytes_max = 1000;
  Desk desk{config};
  Client client{desk};
  client.create({.key = std::string(2000, 'k')});
  client.create({.key = "a"});
  CHECK(client.told() == Lines{"id=0 rev=1 created",
                               "id=-1 rev=1 created canceled reason="
                               "etcdserver: too many requests"});
  client.stream->cancel(0);
  client.create({.key = "a"});
  CHECK(client.told() == Lines{"id=0 rev=1 canceled", "id=1 rev=1 created"});
}

TEST_CASE("a slow reader keeps a cursor, and gets all of it when it reads again") {
  Config config;
  config.stream_bytes_max = 1000;
  Desk desk{config};
  Client slow{desk};
  Client other{desk};
  slow.create({.key = "a"});
  other.create({.key = "a"});
  desk.flush();
  slow.port.take();
  other.port.take();
  slow.port.is_stalled = true;
  for (int i = 2; i < 6; ++i) {
    desk.apply_and_flush({put("a", std::to_string(i))});
    CHECK(other.port.take().size() == 1);
  }
  CHECK(slow.told().empty());
  CHECK(desk.hub.stats().slow_watchers == 1);
  CHECK(desk.hub.stats().pending_events == 0);  // they wait in the history, not for the client
  slow.reads_again();
  CHECK(slow.told() == Lines{"id=0 rev=5 put(a=2@2) put(a=3@3 v2) put(a=4@4 v3) put(a=5@5 v4)"});
  CHECK(desk.hub.stats().slow_watchers == 0);
  CHECK(desk.store.reads == 0);
  desk.apply({put("a", "6")});
  CHECK(slow.told() == Lines{"id=0 rev=6 put(a=6@6 v5)"});
}

TEST_CASE("in one turn a stream is given no more than its bound and one slice") {
  Config config;
  config.stream_bytes_max = 10'000;
  config.slice.bytes_max = 5'000;
  Desk desk{config};
  Client client{desk};
  client.create({.key = "a"});
  desk.flush();
  client.port.take();
  client.port.bytes = 0;
  for (int i = 0; i < 100; ++i) desk.apply({put("a", std::string(1000, 'x'))});
  CHECK(desk.hub.flush());
  CHECK(client.port.bytes < 16'000);
  std::size_t events = 0;
  desk.flush();
  for (const Response& response : client.port.take()) {
    for (const auto& event : response.events()) {
      CHECK(event.kv().version() == static_cast<std::int64_t>(++events));
    }
  }
  CHECK(events == 100);
}

TEST_CASE("what the ring has lost is read from the history, by all who need it together") {
  Config config;
  config.ring_bytes_max = 500;
  Desk desk{config};
  for (int i = 2; i <= 21; ++i) {
    desk.apply_and_flush({put(i % 2 == 0 ? "a" : "b", std::to_string(i))});
  }
  Client first{desk};
  Client second{desk};
  first.create({.key = "a", .start = Revision{17}});
  second.create({.key = "a", .range_end = "c", .start = Revision{19}});
  CHECK(first.told() ==
        Lines{"id=0 rev=21 created", "id=0 rev=21 put(a=18@18 v9) put(a=20@20 v10)"});
  CHECK(second.told().size() >= 2);
  CHECK(desk.store.reads == 1);
}

TEST_CASE("while the past is being read, what happens now holds nobody up and is not lost") {
  Config config;
  config.ring_bytes_max = 0;
  Desk desk{config};
  desk.apply_and_flush({put("a", "1")});
  desk.store.is_slow = true;
  Client past{desk};
  Client now{desk};
  past.create({.key = "a", .start = Revision{2}});
  now.create({.key = "a"});
  CHECK(past.told() == Lines{"id=0 rev=2 created"});
  CHECK(now.told() == Lines{"id=0 rev=2 created"});
  desk.apply({put("a", "2")});
  CHECK(now.told() == Lines{"id=0 rev=3 put(a=2@3 v2)"});
  CHECK(past.told().empty());
  desk.store.answer_one();
  CHECK(past.told() == Lines{"id=0 rev=3 put(a=1@2)"});
  desk.store.answer_one();
  CHECK(past.told() == Lines{"id=0 rev=3 put(a=2@3 v2)"});
  CHECK(desk.store.waiting() == 0);
  desk.apply({put("a", "3")});
  CHECK(past.told() == Lines{"id=0 rev=4 put(a=3@4 v3)"});
}

TEST_CASE("a previous row that is not in memory delays only those who want it") {
  Desk desk;
  desk.apply_and_flush({put("a", "1")});
  Client plain{desk};
  Client full{desk};
  plain.create({.key = "a"});
  full.create({.key = "a", .wants_previous = true});
  full.create({.key = "b", .wants_previous = true});
  desk.flush();
  full.port.take();
  plain.port.take();
  desk.store.is_slow = true;
  desk.apply({put("a", "2")});
  desk.apply({put("a", "3"), put("b", "new")});
  CHECK(plain.told() == Lines{"id=0 rev=3 put(a=2@3 v2)", "id=0 rev=4 put(a=3@4 v3)"});
  CHECK(full.told() == Lines{"id=1 rev=4 put(b=new@4)"});
  desk.store.answer_one(1);
  CHECK(full.told().empty());  // not before what came before
  desk.store.answer_one();
  CHECK(full.told() == Lines{"id=0 rev=4 put(a=2@3 v2 was 1@2) put(a=3@4 v3 was 2@3)"});
  CHECK(desk.store.rows_fetched == 2);
}

TEST_CASE("the previous rows of a transaction are fetched together, once for all watchers") {
  Desk desk;
  desk.apply_and_flush({put("a", "1"), put("b", "1")});
  Client client{desk};
  for (int i = 0; i < 5; ++i) {
    client.create({.key = "a", .range_end = "c", .wants_previous = true});
  }
  desk.flush();
  client.port.take();
  desk.store.is_slow = true;
  desk.apply({del("b"), del("a")});
  CHECK(client.told().empty());
  CHECK(desk.store.waiting() == 1);
  desk.store.answer_one();
  const Lines lines = client.told();
  REQUIRE(lines.size() == 5);
  CHECK(lines[0].find("rev=3 del(b@3 was 1@2) del(a@3 was 1@2)") != std::string::npos);
  CHECK(desk.store.rows_fetched == 2);
}

TEST_CASE("compaction ends those whose past is gone, not those it is still in memory for") {
  Config config;
  config.stream_bytes_max = 100;
  config.ring_bytes_max = 1000;
  Desk desk{config};
  Client client{desk};
  client.create({.key = "a"});
  CHECK(client.told().size() == 1);
  client.port.is_stalled = true;
  desk.apply_and_flush({put("a", "1")});
  desk.apply_and_flush({put("a", "2")});
  desk.store.compact(Revision{3});
  client.reads_again();
  CHECK(client.told() == Lines{"id=0 rev=3 put(a=1@2) put(a=2@3 v2)"});

  client.port.is_stalled = true;
  for (int i = 4; i < 30; ++i) desk.apply_and_flush({put("a", "x")});
  desk.store.compact(Revision{20});
  client.reads_again();
  CHECK(client.told() == Lines{"id=0 rev=0 canceled compact=20"});
  client.stream->cancel(0);
  CHECK(client.told() == Lines{"id=0 rev=29 canceled"});
}

TEST_CASE("a slice that was read while its rows were compacted is not used") {
  Config config;
  config.ring_bytes_max = 0;
  Desk desk{config};
  for (int i = 2; i <= 9; ++i) desk.apply_and_flush({put("a", std::to_string(i))});
  desk.store.is_slow = true;
  Client client{desk};
  client.create({.key = "a", .start = Revision{3}});
  client.create({.key = "a", .start = Revision{8}});
  CHECK(client.told().size() == 2);
  desk.store.compact(Revision{7});
  while (desk.store.waiting() > 0) {
    desk.store.answer_one();
    desk.flush();
  }
  CHECK(client.told() ==
        Lines{"id=0 rev=0 canceled compact=7", "id=1 rev=9 put(a=8@8 v7) put(a=9@9 v8)"});
}

TEST_CASE("after a snapshot from the leader all watchers find what they missed") {
  Desk desk;
  Client client{desk};
  client.create({.key = "a"});
  client.create({.key = "a", .start = Revision{5}});
  client.create({.key = "a", .start = Revision{50}});
  desk.apply({put("a", "1")});
  CHECK(client.told().size() == 4);
  for (int i = 3; i <= 6; ++i) desk.store.apply({put("a", std::to_string(i))});
  desk.hub.on_restored(Revision{6});
  Lines lines = client.told();
  std::sort(lines.begin(), lines.end());
  CHECK(lines == Lines{"id=0 rev=6 put(a=3@3 v2) put(a=4@4 v3) put(a=5@5 v4) put(a=6@6 v5)",
                       "id=1 rev=6 put(a=5@5 v4) put(a=6@6 v5)"});
}

TEST_CASE("a progress request waits for the watches that are behind") {
  Config config;
  config.ring_bytes_max = 0;
  Desk desk{config};
  desk.apply_and_flush({put("a", "1")});
  desk.store.is_slow = true;
  Client client{desk};
  client.create({.key = "a", .start = Revision{2}});
  client.create({.key = "b"});
  client.stream->ask_progress();
  CHECK(client.told() == Lines{"id=0 rev=2 created", "id=1 rev=2 created"});
  desk.store.answer_one();
  CHECK(client.told() == Lines{"id=0 rev=2 put(a=1@2)", "id=-1 rev=2"});
}

TEST_CASE("a progress request is not answered while a watch begins in the future") {
  Desk desk;
  Client client{desk};
  client.create({.key = "a", .start = Revision{3}});
  client.stream->ask_progress();
  CHECK(client.told() == Lines{"id=0 rev=1 created"});
  desk.apply({put("b", "1")});
  client.stream->ask_progress();  // nothing before 3 matters, and 2 is the newest
  CHECK(client.told() == Lines{"id=-1 rev=2"});
}

TEST_CASE("idle watches that want it are told the revision, those with events a time later") {
  Desk desk;
  Client client{desk};
  CHECK(!desk.hub.next_deadline());
  client.create({.key = "a", .wants_progress = true});
  client.create({.key = "b", .wants_progress = true});
  client.create({.key = "c"});
  REQUIRE(desk.hub.next_deadline());
  CHECK(*desk.hub.next_deadline() >= desk.clock.now() + 10min);
  CHECK(*desk.hub.next_deadline() <= desk.clock.now() + 11min);
  desk.apply({put("a", "1")});
  CHECK(client.told().size() == 4);
  desk.clock.advance(10min - 1ns);
  desk.hub.on_time();
  CHECK(client.told().empty());
  desk.clock.advance(1min + 1ns);
  desk.hub.on_time();
  CHECK(client.told() == Lines{"id=1 rev=2"});
  desk.clock.advance(11min);
  desk.hub.on_time();
  CHECK(client.told() == Lines{"id=0 rev=2", "id=1 rev=2"});
  client.stream.reset();
  CHECK(!desk.hub.next_deadline());
}

TEST_CASE("a client that asks and never reads is cut off") {
  Config config;
  config.answer_bytes_max = 10'000;
  config.stream_bytes_max = 10'000;
  Desk desk{config};
  Client client{desk};
  client.port.is_stalled = true;
  int asked = 0;
  while (!client.port.failure && ++asked < 10'000) client.create({.key = "a"});
  REQUIRE(client.port.failure);
  CHECK(client.port.failure->code == Code::resource_exhausted);
  desk.flush();
  CHECK(desk.hub.stats().watchers == 0);
  desk.apply_and_flush({put("a", "1")});
}

TEST_CASE("a history that cannot be read ends the streams with its error") {
  Config config;
  config.ring_bytes_max = 0;
  Desk desk{config};
  desk.apply_and_flush({put("a", "1")});
  desk.store.failure = Error{Code::internal, "disk I/O error"};
  Client client{desk};
  SUBCASE("reading the past") {
    client.create({.key = "a", .start = Revision{2}});
  }
  SUBCASE("reading a previous row") {
    client.create({.key = "a", .wants_previous = true});
    desk.apply({put("a", "2")});
  }
  desk.flush();
  REQUIRE(client.port.failure);
  CHECK(*client.port.failure == *desk.store.failure);
  desk.flush();
  CHECK(desk.hub.stats().watchers == 0);
}

TEST_CASE("streams may go while the turn's frames are being sent") {
  Desk desk;
  Client first{desk};
  Client second{desk};
  first.create({.key = "a"});
  second.create({.key = "a"});
  desk.flush();
  second.port.on_send = [&] {
    first.stream.reset();
    second.stream.reset();
  };
  desk.apply_and_flush({put("a", "1")});
  CHECK(first.port.sends == 1);  // it was to be second
  CHECK(desk.hub.stats().streams == 0);
  CHECK(desk.hub.stats().watchers == 0);
  desk.apply_and_flush({put("a", "2")});
}

TEST_CASE("watches cancelled while they are read for leave nothing behind") {
  Config config;
  config.ring_bytes_max = 0;
  config.scans_max = 1;
  Desk desk{config};
  for (int i = 2; i < 10; ++i) desk.apply_and_flush({put("a", "1")});
  desk.store.is_slow = true;
  Client client{desk};
  client.create({.key = "a", .start = Revision{8}});
  client.create({.key = "b", .range_end = "z", .start = Revision{3}});
  desk.flush();
  client.create({.key = "z", .start = Revision{2}});  // behind the one scan: waits
  desk.flush();
  CHECK(desk.store.waiting() == 1);
  client.stream->cancel(0);
  client.stream->cancel(1);
  client.stream->cancel(2);
  desk.flush();
  CHECK(desk.hub.stats().slow_watchers == 0);
  desk.store.answer_one();
  CHECK(client.told().size() == 6);
  client.create({.key = "a", .start = Revision{9}});
  desk.flush();
  desk.store.answer_one();
  CHECK(client.told() == Lines{"id=3 rev=9 created", "id=3 rev=9 put(a=1@9 v8)"});
}
