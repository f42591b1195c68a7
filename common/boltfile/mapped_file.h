// A file's bytes in memory without reading them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <utility>

#include "common/result.h"

namespace quorate::boltfile {

// Requires: nobody shortens the file meanwhile; the kernel would kill the process.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept
      : address_{std::exchange(other.address_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(address_, other.address_);
    std::swap(size_, other.size_);
    return *this;
  }

  [[nodiscard]] std::string_view bytes() const {
    return {static_cast<const char*>(address_), size_};
  }

 private:
  MappedFile(void* address, std::size_t size) : address_{address}, size_{size} {}

  void* address_;  // null for an empty file
  std::size_t size_;
};

}  // namespace quorate::boltfile
