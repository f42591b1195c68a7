// Ids that no other member gives out: paired with entries, read rounds, leases.
#pragma once

#include <chrono>

#include "common/id.h"

namespace quorate::replica {

// | 16 bits: the member | 40 bits: milliseconds at start | 8 bits: counter, carrying into time |
// as etcd's, so that ids of both kinds of members never meet. Home: state thread.
class RequestIds {
 public:
  RequestIds(MemberId member, std::chrono::system_clock::time_point started);

  [[nodiscard]] RequestId next() {
    suffix_ = (suffix_ + 1) & kSuffixMask;
    return RequestId{prefix_ | suffix_};
  }

 private:
  static constexpr std::uint64_t kSuffixMask = (std::uint64_t{1} << 48) - 1;
  std::uint64_t prefix_;
  std::uint64_t suffix_;
};

}  // namespace quorate::replica
