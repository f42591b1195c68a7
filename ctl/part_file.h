// A file that appears whole or not at all: written as PATH.part, renamed when all of it is on disk.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "common/result.h"

namespace quorate::ctl {

// Gone with its object unless it was finished.
class PartFile {
 public:
  // Readable by us only. Error: "could not open F.part (open F.part: permission denied)".
  static Result<PartFile> create(const std::string& path);
  ~PartFile();
  PartFile(PartFile&& other) noexcept
      : path_{std::move(other.path_)}, descriptor_{std::exchange(other.descriptor_, -1)} {}
  PartFile& operator=(PartFile&&) = delete;

  Status append(std::string_view bytes);
  Status finish();  // to disk, and to its name

 private:
  PartFile(std::string path, int descriptor) : path_{std::move(path)}, descriptor_{descriptor} {}
  [[nodiscard]] std::string part_path() const { return path_ + ".part"; }

  std::string path_;
  int descriptor_;  // -1 once finished
};

}  // namespace quorate::ctl
