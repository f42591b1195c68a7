// What the store needs to know of leases. lease/ implements it.
#pragma once

#include <string_view>

#include "common/id.h"

namespace quorate::mvcc {

class LeaseBook {
 public:
  virtual ~LeaseBook() = default;
  [[nodiscard]] virtual bool exists(LeaseId lease) const = 0;
  // The key now belongs to this lease and to no other. Requires: exists(lease).
  virtual void attach(LeaseId lease, std::string_view key) = 0;
  // The key belongs to no lease any more; nothing happens if it did not.
  virtual void detach(std::string_view key) = 0;
};

}  // namespace quorate::mvcc
