#include "server/raft/progress.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::raft;

namespace {
constexpr std::size_t kWindow = 3;

Progress replicating(std::uint64_t match) {
  Progress progress{Index{match}, Index{match + 1}, kWindow};
  progress.become_replicate();
  return progress;
}
}  // namespace

TEST_CASE("the window of messages in flight fills, and frees from the front") {
  Inflights inflights{2};
  CHECK_FALSE(inflights.is_full());
  inflights.add(Index{4});
  inflights.add(Index{7});
  CHECK(inflights.is_full());
  inflights.free_to(Index{3});
  CHECK(inflights.count() == 2);
  inflights.free_to(Index{6});
  CHECK(inflights.count() == 1);
  inflights.add(Index{9});
  inflights.free_to(Index{9});
  CHECK(inflights.count() == 0);
}

TEST_CASE("a probe pauses after one append with entries, until something is heard") {
  Progress progress{Index{0}, Index{5}, kWindow};
  progress.sent_entries(0);
  CHECK_FALSE(progress.is_paused());
  progress.sent_entries(2);
  CHECK(progress.is_paused());
  CHECK(progress.next() == Index{5});  // it is not known to have arrived
  progress.heard_heartbeat();
  CHECK_FALSE(progress.is_paused());
}

TEST_CASE("replication sends ahead until the window is full") {
  Progress progress = replicating(4);
  progress.sent_entries(2);
  CHECK(progress.next() == Index{7});
  progress.sent_entries(1);
  progress.sent_entries(1);
  CHECK(progress.is_window_full());
  CHECK(progress.is_paused());
  CHECK(progress.acknowledged(Index{6}));
  progress.free_inflights(Index{6});
  CHECK(progress.inflight_count() == 2);
  CHECK_FALSE(progress.is_paused());
}

TEST_CASE("old acknowledgements change nothing") {
  Progress progress = replicating(4);
  CHECK_FALSE(progress.acknowledged(Index{4}));
  CHECK_FALSE(progress.acknowledged(Index{2}));
  CHECK(progress.match() == Index{4});
}

TEST_CASE("a rejected probe steps back to the hint, a late rejection is ignored") {
  Progress progress{Index{0}, Index{10}, kWindow};
  CHECK_FALSE(progress.rejected(Index{7}, Index{3}));
  CHECK(progress.rejected(Index{9}, Index{3}));
  CHECK(progress.next() == Index{4});
  // A hint beyond what was asked does not lead forward.
  CHECK(progress.rejected(Index{3}, Index{20}));
  CHECK(progress.next() == Index{3});
}

TEST_CASE("a hint never leads back to what is known to match") {
  Progress progress{Index{5}, Index{10}, kWindow};
  CHECK(progress.rejected(Index{9}, Index{1}));
  CHECK(progress.next() == Index{6});
}

TEST_CASE("a rejection while replicating starts again behind the match") {
  Progress progress = replicating(5);
  progress.sent_entries(3);
  CHECK_FALSE(progress.rejected(Index{5}, Index{2}));
  CHECK(progress.rejected(Index{8}, Index{6}));
  CHECK(progress.next() == Index{6});
}

TEST_CASE("during a snapshot nothing else is sent; afterwards the log is probed behind it") {
  Progress progress{Index{2}, Index{3}, kWindow};
  progress.become_snapshot(Index{20});
  CHECK(progress.is_paused());
  progress.heard_heartbeat();
  CHECK(progress.is_paused());

  SUBCASE("it arrived") {
    progress.snapshot_reported(true);
    CHECK(progress.next() == Index{21});
  }
  SUBCASE("it did not") {
    progress.snapshot_reported(false);
    CHECK(progress.next() == Index{3});
  }
  CHECK(progress.state() == ProgressState::probe);
  CHECK(progress.is_paused());  // its acknowledgement, or the next heartbeat, goes on
  progress.heard_heartbeat();
  CHECK_FALSE(progress.is_paused());
}

TEST_CASE("a report about a snapshot that nobody waits for is ignored") {
  Progress progress = replicating(5);
  progress.snapshot_reported(false);
  CHECK(progress.state() == ProgressState::replicate);
}

TEST_CASE("a commit index is worth sending only when it tells more than before") {
  Progress progress = replicating(4);
  progress.sent_entries(2);  // up to 6
  CHECK(progress.lacks_commit(Index{5}));
  progress.sent_commit(Index{5});
  CHECK_FALSE(progress.lacks_commit(Index{5}));
  CHECK(progress.lacks_commit(Index{6}));
  progress.sent_commit(Index{9});
  // All it has been sent is already committed by that.
  CHECK_FALSE(progress.lacks_commit(Index{10}));
}
