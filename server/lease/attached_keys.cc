#include "server/lease/attached_keys.h"

#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <utility>

#include "common/ensure.h"

namespace quorate::lease {

// The key's bytes follow; a key too long for a block has bytes of its own, and their pointer
// follows.
struct AttachedKeys::Entry {
  static constexpr std::size_t kInlineMax = KeyBlocks::kBlockBytesMax - 4 * sizeof(std::uint32_t);

  Address next = 0;
  Address previous = 0;
  Lease lease = 0;
  std::uint32_t size = 0;  // of the key

  [[nodiscard]] bool is_inline() const { return size <= kInlineMax; }
  [[nodiscard]] std::size_t block_bytes() const {
    return sizeof(Entry) + (is_inline() ? size : sizeof(char*));
  }
  [[nodiscard]] char* tail() { return reinterpret_cast<char*>(this + 1); }
  [[nodiscard]] char* key() {
    if (is_inline()) return tail();
    char* bytes = nullptr;
    std::memcpy(&bytes, tail(), sizeof bytes);
    return bytes;
  }
};

std::size_t AttachedKeys::Hash::operator()(std::string_view key) const {
  return std::hash<std::string_view>{}(key);
}

AttachedKeys::AttachedKeys() : table_{0, Hash{this}, Equal{this}} {}

AttachedKeys::~AttachedKeys() {
  clear();
}

AttachedKeys::Entry& AttachedKeys::entry(Address at) const {
  return *std::launder(static_cast<Entry*>(blocks_.at(at)));
}

std::string_view AttachedKeys::key_at(Address at) const {
  Entry& found = entry(at);
  return {found.key(), found.size};
}

void AttachedKeys::attach(Lease lease, std::string_view key) {
  const auto found = table_.find(key);
  if (found == table_.end()) {
    const Address made = make_entry(key);
    link(lease, made);
    table_.insert(made);
  } else if (entry(*found).lease != lease) {
    unlink(*found);
    link(lease, *found);
  }
}

void AttachedKeys::detach(std::string_view key) {
  if (table_.empty()) return;  // spares those who use no leases the hash of every key put
  const auto found = table_.find(key);
  if (found == table_.end()) return;
  const Address at = *found;
  table_.erase(found);
  unlink(at);
  free_entry(at);
  free_blocks_if_empty();
}

void AttachedKeys::detach_all(Lease lease) {
  if (lease >= first_.size()) return;
  for (Address at = std::exchange(first_[lease], 0); at != 0;) {
    const Address next = entry(at).next;
    table_.erase(at);
    free_entry(at);
    at = next;
  }
  free_blocks_if_empty();
}

void AttachedKeys::clear() {
  for (Lease lease = 0; lease < first_.size(); ++lease) detach_all(lease);
  first_.clear();
}

std::optional<AttachedKeys::Lease> AttachedKeys::lease_of(std::string_view key) const {
  const auto found = table_.find(key);
  if (found == table_.end()) return {};
  return entry(*found).lease;
}

void AttachedKeys::visit(Lease lease, Visitor visitor) const {
  if (lease >= first_.size()) return;
  for (Address at = first_[lease]; at != 0; at = entry(at).next) visitor(key_at(at));
}

AttachedKeys::Address AttachedKeys::make_entry(std::string_view key) {
  ENSURE(key.size() <= std::numeric_limits<std::uint32_t>::max());
  Entry fresh;
  fresh.size = static_cast<std::uint32_t>(key.size());
  const Address at = blocks_.take(fresh.block_bytes());
  Entry* made = new (blocks_.at(at)) Entry{fresh};
  if (made->is_inline()) {
    key.copy(made->tail(), key.size());
  } else {
    char* bytes = std::make_unique_for_overwrite<char[]>(key.size()).release();
    key.copy(bytes, key.size());
    std::memcpy(made->tail(), &bytes, sizeof bytes);
  }
  return at;
}

void AttachedKeys::free_entry(Address at) {
  Entry& old = entry(at);
  if (!old.is_inline()) delete[] old.key();
  blocks_.give(at, old.block_bytes());
}

void AttachedKeys::link(Lease lease, Address at) {
  if (lease >= first_.size()) first_.resize(lease + 1, 0);
  Entry& linked = entry(at);
  linked.lease = lease;
  linked.previous = 0;
  linked.next = first_[lease];
  if (linked.next != 0) entry(linked.next).previous = at;
  first_[lease] = at;
}

void AttachedKeys::unlink(Address at) {
  const Entry& old = entry(at);
  (old.previous != 0 ? entry(old.previous).next : first_[old.lease]) = old.next;
  if (old.next != 0) entry(old.next).previous = old.previous;
}

void AttachedKeys::free_blocks_if_empty() {
  if (table_.empty()) blocks_.give_all();
}

}  // namespace quorate::lease
