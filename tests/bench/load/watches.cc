#include "tests/bench/load/watches.h"

#include "common/wire.h"
#include "proto/rpc.pb.h"
#include "tests/bench/load/requests.h"

namespace quorate::bench {
namespace {

// Fields of a WatchResponse.
constexpr std::uint32_t kCreated = 3;
constexpr std::uint32_t kCanceled = 4;
constexpr std::uint32_t kEvents = 11;

}  // namespace

Watches::Watches(Loop& loop, const std::string& endpoint, std::size_t connections,
                 std::size_t streams) {
  std::vector<Pipe*> pipes;
  for (std::size_t i = 0; i < connections; ++i) pipes.push_back(&loop.connect(endpoint, *this));
  for (std::size_t i = 0; i < streams; ++i) {
    Pipe* pipe = pipes[i % pipes.size()];
    streams_.push_back({pipe, pipe->open(kWatchMethod)});
  }
}

void Watches::create(std::string_view key, std::string_view range_end) {
  etcdserverpb::WatchRequest request;
  request.mutable_create_request()->set_key(std::string{key});
  request.mutable_create_request()->set_range_end(std::string{range_end});
  const Place& place = streams_[turn_++ % streams_.size()];
  place.pipe->send(place.stream, request.SerializeAsString());
}

void Watches::on_message(Pipe& /*pipe*/, StreamNumber /*stream*/, std::string_view message) {
  wire::Reader reader{message};
  while (const auto field = reader.next()) {
    if (field->number == kEvents) {
      ++events_;
      if (take_) take_(field->bytes);
    } else if (field->number == kCreated) {
      ++created_;
    } else if (field->number == kCanceled) {
      give_up("the server has ended a watch");
    }
  }
}

void Watches::on_end(Pipe& /*pipe*/, StreamNumber /*stream*/) {
  give_up("the server has ended a watch stream");
}

}  // namespace quorate::bench
