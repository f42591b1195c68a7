// What a log under test stands on: a fake disk, executors that run when told, and a stop that is
// noted instead of ending the process.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/clock.h"
#include "server/wal/directory.h"
#include "server/wal/wal.h"
#include "tests/sim/fake_disk.h"
#include "tests/sim/manual_executor.h"

namespace quorate::wal {

inline constexpr Identity kIdentity{ClusterId{0xc1}, MemberId{0x3e}};
inline const std::string kDir = "/data/wal";

using Image = std::map<std::string, std::string>;  // name -> bytes

struct LogHost {
  explicit LogHost(std::uint64_t seed = 1) : disk{Rng{seed}} {
    // The parent directory is there, as the server makes it.
    REQUIRE(disk.make_dir("/data").has_value());
    REQUIRE(disk.sync_dir("/").has_value());
    options.dir = kDir;
    options.segment_bytes_first = 8 * 1024;
    options.segment_bytes_max = 32 * 1024;
  }

  Surroundings around() {
    return {.disk = disk,
            .home = home,
            .clock = clock,
            .worker = &worker,
            .stop = [this](std::string_view sentence) { stopped = sentence; }};
  }

  std::unique_ptr<Wal> create() {
    auto made = Wal::create(around(), options, kIdentity);
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
    return std::move(*made);
  }
  Wal::Opened open() {
    auto opened = Wal::open(around(), options);
    REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().message));
    return std::move(*opened);
  }
  // The contents as the next process finds them.
  Contents reopen() {
    end_process();
    return open().contents;
  }
  void end_process() {
    worker.drop();
    home.drop();
    disk.end_process();
    stopped.clear();
  }
  void cut_power() {
    end_process();
    disk.cut_power();
  }

  std::vector<SegmentFile> segments() {
    auto directory = read_directory(disk, kDir);
    REQUIRE(directory.has_value());
    return std::move(directory->segments);
  }

  // The files of the log as they are, and a disk with just these.
  Image image() {
    Image files;
    const auto items = disk.list(kDir);
    for (const auto& item : *items) {
      if (item.name != "LOCK") files[item.name] = disk.bytes(kDir + "/" + item.name);
    }
    return files;
  }
  void load(const Image& files) {
    end_process();
    static_cast<void>(disk.make_dir(kDir));
    const auto items = disk.list(kDir);
    for (const auto& item : *items) disk.forget(kDir + "/" + item.name);
    for (const auto& [name, bytes] : files) disk.put(kDir + "/" + name, bytes);
  }

  // Appends and waits.
  void append(Wal& wal, raft::Persist batch) {
    bool is_durable = false;
    wal.append(std::move(batch), [&](const WriteStats&) { is_durable = true; });
    run();
    REQUIRE(is_durable);
  }
  void run() {
    while (!worker.is_idle() || !home.is_idle()) {
      worker.run();
      home.run();
    }
  }

  sim::FakeDisk disk;
  sim::ManualExecutor home;
  sim::ManualExecutor worker;
  SystemClock clock;
  Options options;
  std::string stopped;
};

inline raft::Entry entry(std::uint64_t term, std::uint64_t index, std::string_view data = "data") {
  return {.term = Term{term}, .index = Index{index}, .data = SharedBytes{data}};
}

inline raft::Persist entries(std::vector<raft::Entry> list) {
  raft::Persist batch;
  batch.entries = std::move(list);
  return batch;
}

inline raft::Persist state(std::uint64_t term, std::uint64_t vote, std::uint64_t commit) {
  raft::Persist batch;
  batch.hard_state = raft::HardState{Term{term}, MemberId{vote}, Index{commit}};
  return batch;
}

inline raft::Persist snapshot(std::uint64_t index, std::uint64_t term) {
  raft::Persist batch;
  batch.snapshot.emplace();
  batch.snapshot->index = Index{index};
  batch.snapshot->term = Term{term};
  batch.snapshot->conf.voters = {kIdentity.member};
  return batch;
}

inline std::vector<std::uint64_t> indexes(const Contents& contents) {
  std::vector<std::uint64_t> all;
  for (const auto& e : contents.entries) all.push_back(e.index.value());
  return all;
}

// The same but for what a start says about the crash before it.
inline bool same_log(const Contents& a, const Contents& b) {
  return a.identity == b.identity && a.hard_state == b.hard_state && a.snapshot == b.snapshot &&
         a.start_index == b.start_index && a.start_term == b.start_term && a.entries == b.entries;
}

}  // namespace quorate::wal
