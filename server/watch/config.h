// The numbers that bound and shape watching.
#pragma once

#include <chrono>
#include <cstddef>

#include "common/id.h"
#include "server/watch/event_ring.h"

namespace quorate::watch {

struct Config {
  ClusterId cluster;
  MemberId member;

  // --- Memory
  std::size_t ring_bytes_max = std::size_t{16} << 20;     // the newest events
  std::size_t stream_bytes_max = std::size_t{256} << 10;  // of events; more wait at their cursors
  // Answers to requests that a client does not read; more end its stream.
  std::size_t answer_bytes_max = std::size_t{1} << 20;
  std::size_t watch_bytes_max = std::size_t{1}
                                << 30;  // all watches and their keys; more are refused

  // --- Behaviour
  std::size_t fragment_bytes = 1'572'864 + (512 << 10);  // etcd: the request limit and 512 KiB
  std::chrono::nanoseconds progress_interval = std::chrono::minutes{10};
  SliceLimit slice;           // etcd: 1000 revisions a response
  std::size_t scans_max = 4;  // catch-up reads at a time; 250 at most
};

}  // namespace quorate::watch
