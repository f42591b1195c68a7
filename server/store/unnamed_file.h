// A file without a name: whatever happens to the process, nothing is left of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "common/result.h"

namespace quorate::store {

// Home: any one thread at a time. Errors are Code::unknown with the system's words.
class UnnamedFile {
 public:
  // Room that the disk keeps for others: two log segments, without which a server stops.
  static constexpr std::uint64_t kBytesLeftFree = 128'000'000;

  UnnamedFile() = default;
  ~UnnamedFile();
  UnnamedFile(const UnnamedFile&) = delete;
  UnnamedFile& operator=(const UnnamedFile&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] Status create_in(const std::filesystem::path& directory);
  // Whether the disk has room for so many bytes more. Code::resource_exhausted: it has not.
  [[nodiscard]] Status check_room(std::uint64_t bytes) const;
  [[nodiscard]] Status append(std::string_view bytes);
  // Fills all of `into`. Code::data_loss: the file ends before.
  [[nodiscard]] Status read(std::uint64_t offset, std::span<char> into) const;

 private:
  int descriptor_ = -1;
};

}  // namespace quorate::store
