#include "ctl/part_file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include <fmt/format.h>

#include "common/go_text.h"

namespace quorate::ctl {
namespace {

Error failed(const std::string& what) {
  return {Code::unknown, fmt::format("{}: {}", what, go_errno(errno))};
}

// So that the new name outlives a power cut.
Status sync_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path{path}.parent_path();
  const std::string name = folder.empty() ? "." : folder.string();
  const int descriptor = ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed("open " + name);
  const bool is_synced = ::fsync(descriptor) == 0;
  Status done = is_synced ? Status{} : Status{failed("sync " + name)};
  ::close(descriptor);
  return done;
}

}  // namespace

Result<PartFile> PartFile::create(const std::string& path) {
  const std::string part = path + ".part";
  const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return Error{Code::unknown,
                 fmt::format("could not open {} (open {}: {})", part, part, go_errno(errno))};
  }
  return PartFile{path, descriptor};
}

PartFile::~PartFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(part_path().c_str());
}

Status PartFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(descriptor_, bytes.data(), bytes.size());
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno != EINTR) {
      return failed("write " + part_path());
    }
  }
  return {};
}

Status PartFile::finish() {
  if (::fsync(descriptor_) != 0) return failed("sync " + part_path());
  if (::rename(part_path().c_str(), path_.c_str()) != 0) {
    return Error{Code::unknown,
                 fmt::format("could not rename {} to {} (rename {} {}: {})", part_path(), path_,
                             part_path(), path_, go_errno(errno))};
  }
  ::close(std::exchange(descriptor_, -1));
  return sync_folder_of(path_);
}

}  // namespace quorate::ctl
