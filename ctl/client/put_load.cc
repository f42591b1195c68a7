#include "ctl/client/put_load.h"

#include <algorithm>

#include "ctl/client/error_text.h"

namespace quorate::ctl {
namespace {

constexpr std::chrono::milliseconds kTick{1};

// As Go's binary.PutVarint: zigzag, seven bits a byte, the lowest first.
void write_varint(std::string& out, std::int64_t number) {
  std::uint64_t rest = static_cast<std::uint64_t>(number) << 1;
  std::size_t at = 0;
  for (; rest >= 0x80 && at + 1 < out.size(); rest >>= 7) {
    out[at++] = static_cast<char>(rest | 0x80);
  }
  out[at] = static_cast<char>(rest & 0x7f);
}

}  // namespace

PutLoad::PutLoad(EventLoop& loop, Clients& clients, const LoadPlan& plan)
    : loop_{loop}, plan_{plan}, rng_{random_seed()}, timer_{loop} {
  writers_.resize(clients.size());
  for (std::size_t i = 0; i < clients.size(); ++i) writers_[i].client = clients[i].get();
}

LoadResult PutLoad::run(
    const std::function<void(std::uint64_t, std::chrono::nanoseconds)>& progress) {
  began_ = std::chrono::steady_clock::now();
  tick();
  loop_.run_until([&] {
    progress(done_, std::chrono::steady_clock::now() - began_);
    return is_over();
  });
  timer_.cancel();
  result_.whole_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  return std::move(result_);
}

bool PutLoad::has_more() const {
  if (plan_.puts_count && issued_ >= *plan_.puts_count) return false;
  return !plan_.lasts || std::chrono::steady_clock::now() - began_ < *plan_.lasts;
}

bool PutLoad::is_over() const {
  return !has_more() && waiting_ == 0 && running_ == 0;
}

void PutLoad::tick() {
  add_due_puts();
  for (Writer& writer : writers_) {
    if (!writer.is_busy) feed(writer);
  }
  if (has_more() || waiting_ > 0) timer_.set(kTick, [this] { tick(); });
}

// As many may wait as there are writers. What comes due beyond that is lost, and makes the rate
// fall: the cluster does not keep up.
void PutLoad::add_due_puts() {
  if (!has_more()) return;
  std::uint64_t due = writers_.size() - waiting_;
  if (plan_.puts_per_second > 0) {
    const double passed =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    const auto in_all =
        static_cast<std::uint64_t>(passed * static_cast<double>(plan_.puts_per_second)) + 1;
    due = in_all - std::min(issued_, in_all);
  }
  if (plan_.puts_count) due = std::min(due, *plan_.puts_count - issued_);
  issued_ += due;
  waiting_ = std::min<std::uint64_t>(waiting_ + due, writers_.size());
}

void PutLoad::feed(Writer& writer) {
  if (waiting_ == 0) return;
  --waiting_;
  ++running_;
  pb::PutRequest request;
  request.set_key(plan_.prefix + next_key());
  request.set_value(std::string(plan_.value_bytes, '\0'));
  writer.is_busy = true;
  writer.began = std::chrono::steady_clock::now();
  writer.call = grpc::start_unary<pb::PutResponse>(
      writer.client->channel(), "/etcdserverpb.KV/Put", request,
      writer.client->options(std::nullopt),
      [this, &writer](const Result<pb::PutResponse>& answer) { on_answer(writer, answer); });
}

void PutLoad::on_answer(Writer& writer, const Result<pb::PutResponse>& answer) {
  const auto took = std::chrono::steady_clock::now() - writer.began;
  if (answer) {
    result_.latencies_seconds.push_back(std::chrono::duration<double>(took).count());
  } else {
    ++result_.errors[error_text(answer.error())];
  }
  writer.is_busy = false;
  --running_;
  ++done_;
  add_due_puts();
  feed(writer);
}

std::string PutLoad::next_key() {
  std::string key(plan_.key_bytes, '\0');
  write_varint(key, static_cast<std::int64_t>(rng_.next() >> 2));
  return key;
}

}  // namespace quorate::ctl
