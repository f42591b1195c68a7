#include "common/boltfile/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quorate::boltfile {
namespace {

Error system_error(const char* call, const std::filesystem::path& path) {
  const Code code = errno == ENOENT ? Code::not_found : Code::unavailable;
  return {code, std::string{call} + " " + path.string() + ": " + std::strerror(errno)};
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_error("open", path);
  struct stat status {};
  if (::fstat(file, &status) != 0) {
    Error error = system_error("stat", path);
    ::close(file);
    return error;
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(file);
    return Error{Code::invalid_argument, path.string() + " is not a regular file"};
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  void* address = nullptr;
  if (size > 0) address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  if (address == MAP_FAILED) {
    Error error = system_error("mmap", path);
    ::close(file);
    return error;
  }
  ::close(file);
  return MappedFile{address, size};
}

MappedFile::~MappedFile() {
  if (address_ != nullptr) ::munmap(address_, size_);
}

}  // namespace quorate::boltfile
