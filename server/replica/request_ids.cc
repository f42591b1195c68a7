#include "server/replica/request_ids.h"

namespace quorate::replica {

RequestIds::RequestIds(MemberId member, std::chrono::system_clock::time_point started) {
  const auto since =
      std::chrono::duration_cast<std::chrono::milliseconds>(started.time_since_epoch());
  const auto time = static_cast<std::uint64_t>(since.count()) & ((std::uint64_t{1} << 40) - 1);
  prefix_ = (member.value() & 0xffff) << 48;
  suffix_ = time << 8;
}

}  // namespace quorate::replica
