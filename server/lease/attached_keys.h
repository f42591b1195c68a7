// Which lease a key belongs to, and which keys a lease has. Each key is stored once, in an entry
// that the table finds by the key and that is linked to its lease's other entries: 16 bytes and
// about 8 for the table besides the key itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include "common/function_ref.h"
#include "server/lease/key_blocks.h"

namespace quorate::lease {

// Home: state thread. Leases are numbered densely from 0 by the owner; a lease nobody attached a
// key to has none.
class AttachedKeys {
 public:
  using Lease = std::uint32_t;
  using Visitor = FunctionRef<void(std::string_view key)>;

  AttachedKeys();
  ~AttachedKeys();
  AttachedKeys(const AttachedKeys&) = delete;
  AttachedKeys& operator=(const AttachedKeys&) = delete;

  // The key belongs to this lease now and to no other.
  void attach(Lease lease, std::string_view key);
  // Nothing happens when the key belongs to none.
  void detach(std::string_view key);
  void detach_all(Lease lease);
  void clear();

  [[nodiscard]] std::optional<Lease> lease_of(std::string_view key) const;
  // In no particular order. The visitor must not change anything here.
  void visit(Lease lease, Visitor visitor) const;
  [[nodiscard]] std::size_t size() const { return table_.size(); }

 private:
  using Address = KeyBlocks::Address;
  struct Entry;
  struct Hash {
    using is_transparent = void;
    const AttachedKeys* keys;
    std::size_t operator()(std::string_view key) const;
    std::size_t operator()(Address entry) const { return (*this)(keys->key_at(entry)); }
  };
  struct Equal {
    using is_transparent = void;
    const AttachedKeys* keys;
    bool operator()(Address a, Address b) const { return a == b; }
    bool operator()(std::string_view key, Address b) const { return key == keys->key_at(b); }
    bool operator()(Address a, std::string_view key) const { return key == keys->key_at(a); }
  };

  [[nodiscard]] Entry& entry(Address at) const;
  [[nodiscard]] std::string_view key_at(Address at) const;
  [[nodiscard]] Address make_entry(std::string_view key);
  void free_entry(Address at);
  void link(Lease lease, Address at);
  void unlink(Address at);
  void free_blocks_if_empty();

  KeyBlocks blocks_;
  boost::unordered_flat_set<Address, Hash, Equal> table_;
  std::vector<Address> first_;  // by lease
};

}  // namespace quorate::lease
