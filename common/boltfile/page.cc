#include "common/boltfile/page.h"

namespace quorate::boltfile {
namespace {

Error damaged(const char* what) {
  return {Code::data_loss, what};
}

}  // namespace

Result<Page> Page::parse(std::string_view bytes) {
  if (bytes.size() < kHeadBytes) return damaged("no room for a page head");
  const Head head = load_head(bytes);
  if (head.flags != kBranchFlag && head.flags != kLeafFlag) {
    return damaged("neither a branch nor a leaf page");
  }
  const Page page{bytes, head.flags == kLeafFlag, head.count};
  const Status sound = page.check();
  if (!sound) return sound.error();
  return page;
}

Page::Element Page::element(std::uint32_t i) const {
  const std::size_t at = kHeadBytes + std::size_t{i} * kElementBytes;
  if (is_leaf_) {
    return {at + load<std::uint32_t>(bytes_, at + 4), load<std::uint32_t>(bytes_, at + 8),
            load<std::uint32_t>(bytes_, at + 12), load<std::uint32_t>(bytes_, at)};
  }
  return {at + load<std::uint32_t>(bytes_, at), load<std::uint32_t>(bytes_, at + 4), 0, 0};
}

Status Page::check() const {
  // Data lies behind all elements and in their order. So the bytes of all of them together are no
  // more than the page, however many times a hostile page could name the same ones.
  std::uint64_t free_from = kHeadBytes + std::uint64_t{count_} * kElementBytes;
  if (free_from > bytes_.size()) return damaged("more elements than the page has room for");
  std::string_view previous;
  for (std::uint32_t i = 0; i < count_; ++i) {
    const Element e = element(i);
    if (e.begin < free_from) return damaged("elements overlap");
    free_from = e.begin + e.key_size + e.value_size;  // at most 2^34: no overflow
    if (free_from > bytes_.size()) return damaged("an element reaches past its page");
    if (e.key_size > kKeyBytesMax) return damaged("a key is too long");
    if (is_leaf_ && e.key_size == 0) return damaged("a key is empty");
    if (e.flags > kBucketFlag) return damaged("an element has unknown flags");
    const std::string_view key = bytes_.substr(e.begin, e.key_size);
    if (i > 0 && previous >= key) return damaged("keys are out of order");
    previous = key;
  }
  return {};
}

std::string_view Page::key(std::uint32_t i) const {
  const Element e = element(i);
  return bytes_.substr(e.begin, e.key_size);
}

std::string_view Page::value(std::uint32_t i) const {
  const Element e = element(i);
  return bytes_.substr(e.begin + e.key_size, e.value_size);
}

bool Page::is_bucket(std::uint32_t i) const {
  return element(i).flags == kBucketFlag;
}

PageId Page::child(std::uint32_t i) const {
  return load<std::uint64_t>(bytes_, kHeadBytes + std::size_t{i} * kElementBytes + 8);
}

std::uint32_t Page::lower_bound(std::string_view sought) const {
  std::uint32_t low = 0;
  std::uint32_t high = count_;
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    if (key(middle) < sought) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace quorate::boltfile
