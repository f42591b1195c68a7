// Reads one segment, group by group, and tells a torn end from damage (see format.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/wal/directory.h"
#include "server/wal/format.h"

namespace quorate::wal {

struct Group {
  std::uint64_t offset = 0;  // in its file
  std::uint64_t bytes = 0;   // on the disk: whole sectors
  std::uint32_t crc = 0;
  std::vector<Record> records;
};

// Reads forward and changes nothing. Memory: a window on the file and the group at hand, which is
// never larger than what the file really holds. Errors: Code::data_loss with file and offset, or
// what the disk says.
class SegmentReader {
 public:
  // Checks the head. The first group next() returns is the one with the head.
  static Result<SegmentReader> open(Disk& disk, const std::filesystem::path& dir,
                                    std::uint32_t sequence);

  // Nothing at the end of what is whole; then offset() is that end.
  Result<std::optional<Group>> next();

  // For the newest segment, at its end: bytes from there to the end of the last sector a torn write
  // left; 0 if there is none. An error if what follows is not a torn write.
  Result<std::uint64_t> torn_bytes();

  [[nodiscard]] std::uint64_t offset() const { return position_ * kSectorBytes; }
  [[nodiscard]] const Head& head() const { return head_; }
  [[nodiscard]] std::uint32_t chain() const { return chain_; }  // crc of the last group

  // That this segment is damaged at `offset`.
  [[nodiscard]] Error damage(std::uint64_t offset, const std::string& what) const;

 private:
  enum class Age : std::uint8_t { missing, old, current, unreadable };
  struct Sector {
    Age age = Age::missing;  // missing: the file ends before the sector does
    Stamp stamp;             // if current
    const char* content = nullptr;

    Sector() = default;
    explicit Sector(Age a, Stamp s = {}, const char* c = nullptr) : age{a}, stamp{s}, content{c} {}
  };

  SegmentReader(std::unique_ptr<DiskFile> file, std::filesystem::path path, std::uint32_t sequence);
  Result<Sector> sector(std::uint64_t number);
  // The sectors of the group at position_, as long as they are there; true if to the last one.
  Result<bool> gather(std::string& content);
  Result<Group> check(const std::string& content);
  Status read_head();

  std::unique_ptr<DiskFile> file_;
  std::filesystem::path path_;
  std::uint32_t sequence_;
  Head head_;
  std::uint64_t position_ = 0;  // sector where the next group begins
  std::uint32_t chain_ = 0;
  std::vector<char> window_;
  std::uint64_t window_start_ = 0;  // sector
  std::size_t window_sectors_ = 0;
};

}  // namespace quorate::wal
