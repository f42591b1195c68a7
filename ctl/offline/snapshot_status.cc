#include "ctl/offline/snapshot_status.h"

#include <cerrno>
#include <sys/stat.h>

#include <fmt/format.h>

#include "common/boltfile/cursor.h"
#include "common/boltfile/file.h"
#include "common/go_text.h"

namespace quorate::ctl {
namespace {

constexpr std::string_view kKeyBucket = "key";
constexpr std::size_t kRevisionBytes = 8;  // big endian, at the front of each of its keys

Error damaged(const Error& found) {
  return {Code::data_loss,
          "snapshot file integrity check failed. 1 errors found.\n" + found.message};
}

// Of the last change; 0 when there was none.
Result<std::int64_t> last_revision(const boltfile::File& file) {
  const auto bucket = file.bucket(kKeyBucket);
  if (!bucket) return bucket.error();
  if (!*bucket) return std::int64_t{0};
  const auto pair = (*bucket)->last();
  if (!pair) return pair.error();
  if (!*pair || (*pair)->key.size() < kRevisionBytes) return std::int64_t{0};
  std::uint64_t revision = 0;
  for (const char c : (*pair)->key.substr(0, kRevisionBytes)) {
    revision = revision << 8 | static_cast<unsigned char>(c);
  }
  return static_cast<std::int64_t>(revision);
}

}  // namespace

Result<SnapshotStatus> snapshot_status(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    return Error{Code::not_found, fmt::format("stat {}: {}", path, go_errno(errno))};
  }
  const auto file = boltfile::File::open(path);
  if (!file) return file.error();
  if (const Status sound = file->check(); !sound) return damaged(sound.error());
  const auto digest = file->digest();
  if (!digest) return damaged(digest.error());
  const auto revision = last_revision(*file);
  if (!revision) return damaged(revision.error());
  return SnapshotStatus{digest->crc, *revision, digest->pairs, file->image_bytes()};
}

}  // namespace quorate::ctl
