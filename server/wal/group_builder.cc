#include "server/wal/group_builder.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "common/crc32c.h"
#include "common/ensure.h"
#include "server/wal/little_endian.h"

namespace quorate::wal {
namespace {

constexpr std::size_t kSectorsOfPage = kPageBytes / kSectorBytes;
// A larger buffer, left by a larger group, is given back.
constexpr std::size_t kPagesKeptMax = (std::size_t{8} << 20) / kPageBytes;

}  // namespace

void GroupBuilder::begin(std::string_view before) {
  ENSURE(before.size() < kPageBytes);
  ENSURE(before.size() % kSectorBytes == 0);
  pages_.clear();
  if (pages_.capacity() > kPagesKeptMax) pages_ = {};
  pages_.resize(1);
  if (!before.empty()) std::memcpy(pages_[0].bytes.data(), before.data(), before.size());
  first_sector_ = before.size() / kSectorBytes;
  end_sector_ = first_sector_ + 1;
  in_sector_ = kGroupHeadBytes;
  record_bytes_ = 0;
}

void GroupBuilder::next_sector() {
  if (end_sector_ % kSectorsOfPage == 0) pages_.emplace_back();
  ++end_sector_;
  in_sector_ = 0;
}

void GroupBuilder::append(std::string_view bytes) {
  record_bytes_ += bytes.size();
  while (!bytes.empty()) {
    if (in_sector_ == kContentBytes) next_sector();
    const auto count = std::min(bytes.size(), kContentBytes - in_sector_);
    std::memcpy(sector(end_sector_ - 1) + in_sector_, bytes.data(), count);
    in_sector_ += count;
    bytes.remove_prefix(count);
  }
}

std::uint32_t GroupBuilder::seal(std::uint32_t sequence, std::uint32_t chain) {
  ENSURE(record_bytes_ <= std::numeric_limits<std::uint32_t>::max());
  ENSURE(sectors() == group_sectors(record_bytes_));
  char* head = sector(first_sector_);
  put_little_endian(static_cast<std::uint32_t>(record_bytes_), head);
  std::uint32_t crc = crc32c(chain, {head, 4});
  crc = crc32c(crc, {head + kGroupHeadBytes, kContentBytes - kGroupHeadBytes});
  for (std::size_t i = first_sector_ + 1; i < end_sector_; ++i) {
    crc = crc32c(crc, {sector(i), kContentBytes});
  }
  put_little_endian(crc, head + 4);
  for (std::size_t i = first_sector_; i < end_sector_; ++i) {
    encode_stamp({.sequence = sequence,
                  .place = static_cast<std::uint32_t>(i - first_sector_),
                  .is_last = i + 1 == end_sector_},
                 sector(i) + kContentBytes);
  }
  return crc;
}

std::string_view GroupBuilder::pages() const {
  return {pages_[0].bytes.data(), pages_.size() * kPageBytes};
}

std::string_view GroupBuilder::last_page() const {
  return {pages_.back().bytes.data(), end_sector_ % kSectorsOfPage * kSectorBytes};
}

}  // namespace quorate::wal
