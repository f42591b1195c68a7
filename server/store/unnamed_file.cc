#include "server/store/unnamed_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/statvfs.h>
#include <unistd.h>

namespace quorate::store {
namespace {

Error system_error(const char* what) {
  return {Code::unknown, std::string{what} + " a temporary file failed: " + std::strerror(errno)};
}

}  // namespace

UnnamedFile::~UnnamedFile() {
  if (is_open()) ::close(descriptor_);
}

Status UnnamedFile::create_in(const std::filesystem::path& directory) {
  descriptor_ = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (is_open()) return {};
  if (errno != EOPNOTSUPP && errno != EISDIR) return system_error("creating");
  // A file system that cannot: a crash between the two calls leaves an empty file.
  std::string path = directory / "unnamed-XXXXXX";
  descriptor_ = ::mkostemp(path.data(), O_CLOEXEC);
  if (!is_open()) return system_error("creating");
  ::unlink(path.c_str());
  return {};
}

Status UnnamedFile::check_room(std::uint64_t bytes) const {
  struct statvfs disk {};
  if (::fstatvfs(descriptor_, &disk) != 0) return system_error("asking for the room of");
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free >= kBytesLeftFree && free - kBytesLeftFree >= bytes) return {};
  return Error{Code::resource_exhausted,
               "no room on the disk of the data directory: " + std::to_string(bytes) +
                   " bytes are needed for a while; of the " + std::to_string(free) +
                   " that are free, " + std::to_string(kBytesLeftFree) + " are kept for the log"};
}

Status UnnamedFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("writing");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status UnnamedFile::read(std::uint64_t offset, std::span<char> into) const {
  while (!into.empty()) {
    const ssize_t count =
        ::pread(descriptor_, into.data(), into.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error("reading");
    if (count == 0) return Error{Code::data_loss, "a temporary file has lost its end"};
    offset += static_cast<std::uint64_t>(count);
    into = into.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace quorate::store
