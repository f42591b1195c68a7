#include "common/boltfile/page_buffer.h"

#include "common/ensure.h"

namespace quorate::boltfile {

void LeafBuffer::add(std::uint32_t flags, std::string_view key, std::string_view value) {
  if (elements_.empty()) first_key_ = key;
  elements_.push_back(
      {flags, static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size())});
  data_.append(key).append(value);
}

void LeafBuffer::write_page(PageId id, std::uint32_t overflow, std::string& out) {
  append_head({id, kLeafFlag, static_cast<std::uint16_t>(count()), overflow}, out);
  std::size_t pos = elements_.size() * kElementBytes;
  for (const Element& element : elements_) {
    append(element.flags, out);
    append(static_cast<std::uint32_t>(pos), out);
    append(element.key_bytes, out);
    append(element.value_bytes, out);
    pos += element.key_bytes + element.value_bytes;
    pos -= kElementBytes;  // the next one counts from where it begins itself
  }
  out += data_;
  elements_.clear();
  data_.clear();
}

void BranchBuffer::write_page(PageId id, std::uint32_t overflow, std::uint32_t count,
                              std::string& out) {
  ENSURE(count <= children_.size());
  append_head({id, kBranchFlag, static_cast<std::uint16_t>(count), overflow}, out);
  std::size_t pos = count * kElementBytes;
  for (std::uint32_t i = 0; i < count; ++i) {
    append(static_cast<std::uint32_t>(pos), out);
    append(static_cast<std::uint32_t>(children_[i].key.size()), out);
    append(children_[i].id, out);
    pos += children_[i].key.size();
    pos -= kElementBytes;
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    out += children_.front().key;
    children_.pop_front();
  }
}

}  // namespace quorate::boltfile
