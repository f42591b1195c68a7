#include "server/wal/segment_reader.h"

#include <algorithm>

#include "common/crc32c.h"
#include "server/wal/little_endian.h"

namespace quorate::wal {
namespace {

constexpr std::size_t kWindowBytes = std::size_t{64} << 10;

}  // namespace

SegmentReader::SegmentReader(std::unique_ptr<DiskFile> file, std::filesystem::path path,
                             std::uint32_t sequence)
    : file_{std::move(file)}, path_{std::move(path)}, sequence_{sequence}, window_(kWindowBytes) {}

Result<SegmentReader> SegmentReader::open(Disk& disk, const std::filesystem::path& dir,
                                          std::uint32_t sequence) {
  auto path = dir / segment_name(sequence);
  auto file = disk.open(path, Disk::Access::read);
  if (!file) return file.error();
  SegmentReader reader{std::move(*file), std::move(path), sequence};
  if (auto read = reader.read_head(); !read) return read.error();
  return reader;
}

// A segment gets its name after its head was synced: without a whole head it is damaged.
Status SegmentReader::read_head() {
  auto group = next();
  if (!group) return group.error();
  if (!*group) return damage(0, "it does not begin with a segment head");
  const auto& records = (*group)->records;
  const Head* head = records.size() == 1 ? std::get_if<Head>(&records[0]) : nullptr;
  if (head == nullptr) return damage(0, "it does not begin with a segment head");
  head_ = *head;
  position_ = 0;
  chain_ = 0;
  return {};
}

Error SegmentReader::damage(std::uint64_t offset, const std::string& what) const {
  return {Code::data_loss, "log segment " + path_.string() + " is damaged at offset " +
                               std::to_string(offset) + ": " + what};
}

Result<SegmentReader::Sector> SegmentReader::sector(std::uint64_t number) {
  if (number < window_start_ || number >= window_start_ + window_sectors_) {
    auto got = file_->read(number * kSectorBytes, window_);
    if (!got) return got.error();
    window_start_ = number;
    window_sectors_ = *got / kSectorBytes;
    if (window_sectors_ == 0) return Sector{};
  }
  const char* content = window_.data() + (number - window_start_) * kSectorBytes;
  const char* bytes = content + kContentBytes;
  if (is_blank_stamp(bytes)) return Sector{Age::old};
  const auto stamp = decode_stamp(bytes);
  if (!stamp || stamp->sequence > sequence_) return Sector{Age::unreadable};
  if (stamp->sequence < sequence_) return Sector{Age::old};
  return Sector{Age::current, *stamp, content};
}

Result<bool> SegmentReader::gather(std::string& content) {
  for (std::uint64_t place = 0;; ++place) {
    auto found = sector(position_ + place);
    if (!found) return found.error();
    if (found->age == Age::unreadable) {
      return damage((position_ + place) * kSectorBytes, "the sector's stamp is unreadable");
    }
    if (found->age != Age::current || found->stamp.place != place) return false;
    content.append(found->content, kContentBytes);
    if (found->stamp.is_last) return true;
  }
}

Result<Group> SegmentReader::check(const std::string& content) {
  const auto record_bytes = get_little_endian<std::uint32_t>(content.data());
  if (group_sectors(record_bytes) * kContentBytes != content.size()) {
    return damage(offset(), "the group's length is wrong");
  }
  const std::string_view bytes{content};
  const auto crc = crc32c(crc32c(chain_, bytes.substr(0, 4)), bytes.substr(kGroupHeadBytes));
  if (crc != get_little_endian<std::uint32_t>(content.data() + 4)) {
    return damage(offset(), "the group's checksum is wrong");
  }
  auto records = decode_records(bytes.substr(kGroupHeadBytes, record_bytes));
  if (!records) return damage(offset(), "the group " + records.error().message);
  return Group{.offset = offset(),
               .bytes = content.size() / kContentBytes * kSectorBytes,
               .crc = crc,
               .records = std::move(*records)};
}

Result<std::optional<Group>> SegmentReader::next() {
  std::string content;
  auto is_whole = gather(content);
  if (!is_whole) return is_whole.error();
  if (!*is_whole) return std::optional<Group>{};
  auto group = check(content);
  if (!group) return group.error();
  position_ += group->bytes / kSectorBytes;
  chain_ = group->crc;
  return std::optional<Group>{std::move(*group)};
}

Result<std::uint64_t> SegmentReader::torn_bytes() {
  std::uint64_t torn_end = position_;
  for (std::uint64_t number = position_;; ++number) {
    auto found = sector(number);
    if (!found) return found.error();
    if (found->age == Age::missing) break;
    if (found->age != Age::current) continue;
    if (found->stamp.place != number - position_) {
      return damage(offset(), "the group there is incomplete, but a later one was written");
    }
    torn_end = number + 1;
  }
  return (torn_end - position_) * kSectorBytes;
}

}  // namespace quorate::wal
