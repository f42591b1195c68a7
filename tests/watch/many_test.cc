// Clients that open more watches than anybody needs.
#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "tests/watch/desk.h"

using namespace quorate;
using namespace quorate::watch;

namespace {

constexpr std::size_t kWatches = 100'000;

// Reads as it goes.
void create_all(Client& client, const std::string& prefix, std::size_t keys) {
  for (std::size_t i = 0; i < kWatches; ++i) {
    client.create({.key = prefix + std::to_string(i % keys)});
    if (i % 1000 == 999) CHECK(client.told().size() == 1000);
  }
}

}  // namespace

TEST_CASE("a hundred thousand watches of a client cost little, and nothing once it is gone") {
  Desk desk;
  {
    Client client{desk};
    create_all(client, "/registry/pods/default/pod-", kWatches);
    const Stats stats = desk.hub.stats();
    CHECK(stats.watchers == kWatches);
    CHECK(stats.watch_bytes <= 200 * kWatches);
    desk.apply({put("/registry/pods/default/pod-77", "x")});
    CHECK(client.told().size() == 1);
  }
  CHECK(desk.hub.stats().watch_bytes == 0);
}

TEST_CASE("events for more watches than a client can be sent at once wait, and none is lost") {
  Config config;
  Desk desk{config};
  Client client{desk};
  create_all(client, "key", 1);
  client.port.is_stalled = true;
  client.port.bytes = 0;
  // More than could be matched at once.
  for (int i = 0; i < 8; ++i) desk.apply_and_flush({put("key0", std::to_string(i))});
  CHECK(client.port.bytes == 0);
  CHECK(desk.hub.stats().slow_watchers == kWatches);
  CHECK(desk.hub.stats().pending_events * 50 <= config.stream_bytes_max);

  client.reads_again();
  std::size_t events = 0;
  std::size_t turns = 0;
  while (desk.hub.flush()) {
    ++turns;
    // A stream's bound, and what one slice brings for the watch that reached it.
    CHECK(client.port.bytes <= 2 * config.stream_bytes_max);
    client.port.bytes = 0;
    for (const Response& response : client.port.take()) {
      events += static_cast<std::size_t>(response.events_size());
    }
  }
  for (const Response& response : client.port.take()) {
    events += static_cast<std::size_t>(response.events_size());
  }
  CHECK(turns > 10);
  CHECK(events == 8 * kWatches);
  CHECK(desk.hub.stats().slow_watchers == 0);
}
