// A request's head as its header block brings it, by the rules of RFC 9113 §8 except one: old
// clients of etcd send a whole URL as :authority, which the library would refuse.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "server/net/http.h"

namespace quorate::net {

// Header blocks of one connection never interleave (RFC 9113 §4.3): a connection has one of these.
class Http2Head {
 public:
  void begin(std::int32_t stream);
  void add(std::string_view name, std::string_view value);
  // The whole block is there. False: the request is malformed (§8.1.1), its stream to be reset.
  [[nodiscard]] bool finish();
  // Long heads are rare: their room is not kept by every connection.
  void shrink();

  [[nodiscard]] std::int32_t stream() const { return stream_; }  // whose block arrives; 0: none's
  void abandon() { stream_ = 0; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }  // as §10.5.1 counts
  // Valid until begin().
  [[nodiscard]] RequestHead request() const;

 private:
  enum class Pseudo : std::uint8_t { method = 1, scheme = 2, path = 4, authority = 8 };

  void add_pseudo(std::string_view name, std::string_view value);
  void take(Pseudo which, std::string& field, std::string_view value);
  [[nodiscard]] bool has(Pseudo which) const { return (seen_ & static_cast<unsigned>(which)) != 0; }
  [[nodiscard]] bool has_sound_target() const;

  std::int32_t stream_ = 0;
  std::string method_;
  std::string scheme_;
  std::string target_;
  std::string authority_;
  Headers headers_;
  std::size_t bytes_ = 0;
  unsigned seen_ = 0;
  bool is_malformed_ = false;
};

}  // namespace quorate::net
