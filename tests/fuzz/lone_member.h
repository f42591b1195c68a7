// The api over a replica that needs no disk and no clock, and connections without sockets.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace quorate::fuzz {

enum class Protocol { http1, http2 };
enum class Reading { on, off };  // whether the client takes what it is sent

class LoneMember {
 public:
  LoneMember();
  ~LoneMember();

  // All that the server sends to a client that sends these bytes in such pieces and then closes.
  std::string serve(Protocol protocol, Reading reading, std::string_view bytes,
                    std::size_t piece_bytes);
  // Whether nothing is held for clients.
  [[nodiscard]] bool is_quiet() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace quorate::fuzz
