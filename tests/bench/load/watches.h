// Watch streams whose events are counted and not decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/loop.h"

namespace quorate::bench {

class Watches final : public Listener {
 public:
  // Opens the streams, dealt out over the connections.
  Watches(Loop& loop, const std::string& endpoint, std::size_t connections, std::size_t streams);

  // On the next stream in turn. An empty `range_end`: the key alone.
  void create(std::string_view key, std::string_view range_end = {});
  // Called with each event as it is encoded.
  void on_event(std::function<void(std::string_view)> take) { take_ = std::move(take); }

  [[nodiscard]] std::uint64_t created() const { return created_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }

  void on_message(Pipe& pipe, StreamNumber stream, std::string_view message) override;
  void on_end(Pipe& pipe, StreamNumber stream) override;

 private:
  struct Place {
    Pipe* pipe;
    StreamNumber stream;
  };
  std::vector<Place> streams_;
  std::size_t turn_ = 0;
  std::function<void(std::string_view)> take_;
  std::uint64_t created_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace quorate::bench
