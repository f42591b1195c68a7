// What the parts of a hub share. Home: state thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/intrusive/list.hpp>

#include "common/clock.h"
#include "common/error.h"
#include "common/rng.h"
#include "server/watch/catch_up.h"
#include "server/watch/config.h"
#include "server/watch/event_ring.h"
#include "server/watch/matcher.h"
#include "server/watch/ports.h"
#include "server/watch/previous_rows.h"
#include "server/watch/progress_timer.h"
#include "server/watch/range_index.h"
#include "server/watch/response.h"
#include "server/watch/watch_stream.h"
#include "server/watch/watcher.h"

namespace quorate::watch {

struct Context {
  Context(const Config& numbers, History& past, const Clock& clock, Rng rng, Revision newest)
      : config{numbers},
        history{past},
        index{rng.fork()},
        ring{config.ring_bytes_max, newest},
        header{config.cluster, config.member},
        matcher{index},
        previous_rows{past, [this](const Error& error) { failure = error; }},
        catch_up{*this},
        progress{clock, config.progress_interval, rng.fork()},
        revision{newest} {}

  [[nodiscard]] std::string_view header_at(Revision at) {
    return header.encoded(at, history.term());
  }
  [[nodiscard]] std::size_t watch_bytes() const {
    return index.memory_bytes() + watchers.in_use() * sizeof(Watcher);
  }

  Config config;
  History& history;
  RangeIndex index;
  EventRing ring;
  WatcherPool watchers;
  HeaderField header;
  Matcher matcher;
  PreviousRows previous_rows;
  CatchUp catch_up;
  ProgressTimer progress;
  Revision revision;  // the newest that watchers were told of

  StreamList streams;                     // all
  ReadyList ready;                        // those with something to do when the turn ends
  std::optional<Error> failure;           // of a read; ends all streams when the turn ends
  std::vector<const SharedBytes*> parts;  // of the response being built
  std::uint64_t events_sent = 0;
};

}  // namespace quorate::watch
