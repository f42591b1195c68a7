#include "server/replica/read_pins.h"

#include "common/ensure.h"

namespace quorate::replica {

ReadPin::~ReadPin() {
  if (pins_ != nullptr) pins_->release(epoch_);
}

ReadPin ReadPins::take() {
  ++readers_[epoch_];
  return {*this, epoch_};
}

bool ReadPins::is_clear_before(std::uint64_t epoch) const {
  return readers_.empty() || readers_.begin()->first >= epoch;
}

void ReadPins::release(std::uint64_t epoch) {
  const auto found = readers_.find(epoch);
  ENSURE(found != readers_.end());
  if (--found->second > 0) return;
  const bool was_oldest = found == readers_.begin();
  readers_.erase(found);
  if (was_oldest && cleared_) cleared_();
}

}  // namespace quorate::replica
