#include "server/watch/range_index.h"

#include <cstring>
#include <limits>
#include <new>

#include "common/ensure.h"

namespace quorate::watch {

using Shape = mvcc::KeyRange::Shape;

RangeIndex::~RangeIndex() {
  for (KeyInterest* interest : keys_) destroy(interest);
}

RangeIndex::KeyInterest* RangeIndex::make(std::string_view key) {
  ENSURE(key.size() <= std::numeric_limits<std::uint32_t>::max());
  auto* interest = new (::operator new(sizeof(KeyInterest) + key.size())) KeyInterest;
  interest->key_size = static_cast<std::uint32_t>(key.size());
  if (!key.empty()) std::memcpy(reinterpret_cast<char*>(interest + 1), key.data(), key.size());
  return interest;
}

void RangeIndex::destroy(KeyInterest* interest) {
  interest->~KeyInterest();
  ::operator delete(interest);
}

Interest& RangeIndex::acquire(const mvcc::KeyRange& range) {
  if (range.shape() != Shape::single) {
    Interest& interest = ranges_.find_or_add(range);
    ++interest.users;
    return interest;
  }
  auto at = keys_.find(range.begin_key());
  if (at == keys_.end()) {
    at = keys_.insert(make(range.begin_key())).first;
    key_bytes_ += range.begin_key().size();
  }
  ++(*at)->users;
  return **at;
}

void RangeIndex::release(Interest& interest) {
  ENSURE(interest.users > 0);
  if (--interest.users > 0) return;
  ENSURE(interest.first == nullptr);
  if (interest.shape != Shape::single) return ranges_.remove(interest);
  auto* of_key = static_cast<KeyInterest*>(&interest);
  key_bytes_ -= of_key->key_size;
  keys_.erase(of_key);
  destroy(of_key);
}

void RangeIndex::stab(std::string_view key, FunctionRef<void(Interest&)> visitor) const {
  if (const auto at = keys_.find(key); at != keys_.end()) visitor(**at);
  ranges_.stab(key, visitor);
}

mvcc::KeyRange RangeIndex::range_of(const Interest& interest) {
  if (interest.shape != Shape::single) return IntervalTree::range_of(interest);
  return mvcc::KeyRange::single(static_cast<const KeyInterest&>(interest).key());
}

std::size_t RangeIndex::memory_bytes() const {
  return keys_.size() * (sizeof(KeyInterest) + sizeof(void*)) + key_bytes_ + ranges_.memory_bytes();
}

}  // namespace quorate::watch
