// A fake disk: what is written is durable only when its sync is done. A crash keeps some of the
// writes that were under way, from the first one on, and loses the rest.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

#include "common/rng.h"
#include "tests/sim/scheduler.h"

namespace quorate::sim {

struct DiskSpeed {
  Time sync_min{100};
  Time sync_max{3'000};
};

// Image: what the disk holds, as the one who writes sees it.
template <class Image>
class Disk {
 public:
  using Change = std::function<void(Image&)>;
  using Done = std::function<void()>;

  Disk(Scheduler& scheduler, Rng rng, Image image)
      : scheduler_{scheduler}, rng_{rng}, image_{std::move(image)} {}

  void set_speed(const DiskSpeed& speed) { speed_ = speed; }
  // What would be found after losing power now, at the worst.
  [[nodiscard]] const Image& durable() const { return image_; }
  [[nodiscard]] std::size_t under_way() const { return writes_.size(); }

  // As one unit. `done` runs when it is durable; in the order of the writes.
  void write(Change change, Done done) {
    writes_.push_back({std::move(change), std::move(done)});
    if (!is_syncing_) sync();
  }
  // Deletes what nobody needs any more; whether that survives a crash makes no difference.
  void discard(const Change& change) { change(image_); }

  // Nobody hears any more of what was under way.
  void crash() {
    for (std::uint64_t kept = rng_.below(writes_.size() + 1); kept > 0; --kept) {
      writes_.front().change(image_);
      writes_.pop_front();
    }
    writes_.clear();
    is_syncing_ = false;
    ++lives_;
  }

 private:
  struct Write {
    Change change;
    Done done;
  };

  // One sync for everything that waits.
  void sync() {
    is_syncing_ = true;
    const Time takes{rng_.between(speed_.sync_min.count(), speed_.sync_max.count())};
    scheduler_.after(takes, [this, count = writes_.size(), life = lives_] {
      if (life == lives_) finish(count);
    });
  }

  void finish(std::size_t count) {
    std::deque<Done> done;
    for (; count > 0; --count) {
      writes_.front().change(image_);
      done.push_back(std::move(writes_.front().done));
      writes_.pop_front();
    }
    is_syncing_ = false;
    if (!writes_.empty()) sync();
    const std::uint64_t life = lives_;
    for (const Done& one : done) {
      if (life == lives_) one();
    }
  }

  Scheduler& scheduler_;
  Rng rng_;
  DiskSpeed speed_;
  Image image_;
  std::deque<Write> writes_;
  bool is_syncing_ = false;
  std::uint64_t lives_ = 0;
};

}  // namespace quorate::sim
