// A hub on a store in memory, with everything around it in the test's hands.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/watch/hub.h"
#include "tests/common/fake_clock.h"
#include "tests/watch/fake_history.h"
#include "tests/watch/recorder.h"

namespace quorate::watch {

struct Desk {
  explicit Desk(const Config& config = {}) : hub{config, store, clock, Rng{1}, store.revision()} {}

  void apply(const std::vector<Change>& changes) {
    const auto rows = store.apply(changes);
    if (!rows.empty()) hub.on_applied(rows);
  }
  void flush() {
    while (hub.flush()) {
    }
  }
  void apply_and_flush(const std::vector<Change>& changes) {
    apply(changes);
    flush();
  }

  FakeHistory store;
  FakeClock clock;
  Hub hub;
};

// One client of it.
struct Client {
  explicit Client(Desk& at) : desk{at}, stream{at.hub.open(port)} {}

  void create(CreateRequest request) { stream->create(request, {}); }
  // What arrived since the last call, once the turn has ended.
  std::vector<std::string> told() {
    desk.flush();
    return texts_of(port.take());
  }
  void reads_again() {
    port.is_stalled = false;
    stream->on_writable();
  }

  Desk& desk;
  Recorder port;
  std::unique_ptr<WatchStream> stream;
};

}  // namespace quorate::watch
