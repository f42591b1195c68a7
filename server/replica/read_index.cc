#include "server/replica/read_index.h"

#include <array>
#include <utility>

namespace quorate::replica {
namespace {

// Eight bytes, big-endian: what etcd's members put into a read index message.
SharedBytes context_of(RequestId id) {
  std::array<char, 8> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(id.value() >> (56 - 8 * i));
  }
  return SharedBytes{std::string_view{bytes.data(), bytes.size()}};
}

void fail(std::vector<ReadWaiter> readers, const Error& error) {
  for (auto& reader : readers) reader(error);
}

}  // namespace

void ReadIndexQueue::begin_round() {
  if (round_ || waiting_.empty()) return;
  round_.emplace();
  round_->readers.swap(waiting_);
}

std::optional<SharedBytes> ReadIndexQueue::next_question(RequestId fresh) {
  begin_round();
  if (!round_ || !round_->must_ask) return {};
  round_->must_ask = false;
  round_->context = context_of(fresh);
  return round_->context;
}

void ReadIndexQueue::confirmed(const SharedBytes& context, Index index) {
  if (!round_ || round_->context != context) return;
  confirmed_.push_back({index, std::move(round_->readers)});
  round_.reset();
}

void ReadIndexQueue::applied(Index index) {
  while (!confirmed_.empty() && confirmed_.front().index <= index) {
    auto readers = std::move(confirmed_.front().readers);
    confirmed_.pop_front();
    for (auto& reader : readers) reader(Status{});
  }
}

void ReadIndexQueue::tick(const Error& timeout) {
  begin_round();  // the time of those runs too for whom there is nobody to ask
  if (!round_) return;
  ++round_->age_ticks;
  if (round_->age_ticks >= timeout_ticks_) {
    auto readers = std::move(round_->readers);
    round_.reset();
    fail(std::move(readers), timeout);
  } else if (round_->age_ticks % retry_ticks_ == 0) {
    round_->must_ask = true;
  }
}

void ReadIndexQueue::fail_all(const Error& error) {
  auto waiting = std::exchange(waiting_, {});
  auto round = std::exchange(round_, {});
  if (round) fail(std::move(round->readers), error);
  fail(std::move(waiting), error);
}

void ReadIndexQueue::stop(const Error& error) {
  auto confirmed = std::exchange(confirmed_, {});
  for (auto& each : confirmed) fail(std::move(each.readers), error);
  fail_all(error);
}

}  // namespace quorate::replica
