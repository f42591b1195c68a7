#include "common/boltfile/meta.h"

#include <bit>

namespace quorate::boltfile {
namespace {

constexpr std::uint32_t kMagic = 0xed0cdaed;
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kSummedBytes = 56;
constexpr std::uint32_t kPageBytesMin = 1024;
constexpr std::uint32_t kPageBytesMax = kPageBytesMin << 14;

// http://www.isthe.com/chongo/tech/comp/fnv/
std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001b3;
  }
  return hash;
}

Error unreadable(const char* why) {
  return {Code::data_loss, why};
}

}  // namespace

Head load_head(std::string_view page) {
  return {load<std::uint64_t>(page, 0), load<std::uint16_t>(page, 8), load<std::uint16_t>(page, 10),
          load<std::uint32_t>(page, 12)};
}

void append_head(const Head& head, std::string& out) {
  append(head.id, out);
  append(head.flags, out);
  append(head.count, out);
  append(head.overflow, out);
}

Result<Meta> parse_meta(std::string_view page) {
  if (page.size() < kHeadBytes + kMetaBytes) return unreadable("invalid database");
  const std::string_view meta = page.substr(kHeadBytes, kMetaBytes);
  if (load<std::uint32_t>(meta, 0) != kMagic) return unreadable("invalid database");
  if (load<std::uint32_t>(meta, 4) != kVersion) return unreadable("version mismatch");
  if (load<std::uint64_t>(meta, kSummedBytes) != fnv1a(meta.substr(0, kSummedBytes))) {
    return unreadable("checksum error");
  }
  Meta parsed;
  parsed.page_bytes = load<std::uint32_t>(meta, 8);
  parsed.root = load<std::uint64_t>(meta, 16);
  parsed.freelist = load<std::uint64_t>(meta, 32);
  parsed.high_water = load<std::uint64_t>(meta, 40);
  parsed.transaction = load<std::uint64_t>(meta, 48);
  const bool is_page_size = std::has_single_bit(parsed.page_bytes) &&
                            parsed.page_bytes >= kPageBytesMin &&
                            parsed.page_bytes <= kPageBytesMax;
  if (!is_page_size) return unreadable("invalid database");
  return parsed;
}

std::string make_meta_page(PageId id, const Meta& meta) {
  std::string page;
  page.reserve(meta.page_bytes);
  append_head({id, kMetaFlag, 0, 0}, page);
  append(kMagic, page);
  append(kVersion, page);
  append(meta.page_bytes, page);
  append(std::uint32_t{0}, page);
  append(meta.root, page);
  append(std::uint64_t{0}, page);
  append(meta.freelist, page);
  append(meta.high_water, page);
  append(meta.transaction, page);
  append(fnv1a(std::string_view{page}.substr(kHeadBytes)), page);
  page.resize(meta.page_bytes);
  return page;
}

Result<Meta> choose_meta(std::string_view file) {
  const auto first = parse_meta(file);
  // The second one is a page further. Where that is says the first; if that is damaged, all page
  // sizes are tried, as bbolt does.
  if (first) {
    if (file.size() < 2 * std::size_t{first->page_bytes}) {
      return unreadable("file size too small");
    }
    const auto second = parse_meta(file.substr(first->page_bytes));
    const bool second_counts = second && second->page_bytes == first->page_bytes &&
                               second->transaction > first->transaction;
    return second_counts ? second : first;
  }
  for (std::size_t at = kPageBytesMin; at <= kPageBytesMax && at < file.size(); at *= 2) {
    const auto second = parse_meta(file.substr(at));
    if (second && second->page_bytes == at) return second;
  }
  return first;
}

}  // namespace quorate::boltfile
