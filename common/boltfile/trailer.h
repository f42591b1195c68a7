// What etcd's snapshot files have behind the pages: the SHA-256 of all before it, as 32 raw bytes.
// A database's length is a multiple of 512, so the length tells whether it is there.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::boltfile {

constexpr std::size_t kTrailerBytes = 32;

[[nodiscard]] constexpr bool has_trailer(std::uint64_t file_bytes) {
  return file_bytes % 512 == kTrailerBytes;
}

// SHA-256 (FIPS 180-4), fed piece by piece.
class Sha256 {
 public:
  using Digest = std::array<unsigned char, kTrailerBytes>;

  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void add(std::string_view bytes);
  [[nodiscard]] Digest finish();  // once, at the end

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What the file's last bytes say and what its content gives; they should be equal.
struct Trailer {
  Sha256::Digest stored;
  Sha256::Digest computed;
};
// Of a whole file's bytes; nothing when there is none.
[[nodiscard]] std::optional<Trailer> read_trailer(std::string_view file);

}  // namespace quorate::boltfile
