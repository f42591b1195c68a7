#include "server/membership/ids.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <openssl/evp.h>

#include "common/ensure.h"

namespace quorate::membership {
namespace {

std::uint64_t big_endian(const unsigned char* bytes) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = (number << 8) | bytes[i];
  return number;
}

// The first eight bytes of the SHA-1 of `bytes`, most significant first. Nobody's secret hangs on
// it: SHA-1 is only what the ids of existing clusters are made with.
std::uint64_t short_hash(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr);
  ENSURE(done == 1);
  ENSURE(size == 20);
  return big_endian(digest.data());
}

std::string joined(std::vector<Url> urls) {
  std::sort(urls.begin(), urls.end());
  std::string all;
  for (const Url& url : urls) all += url.text();
  return all;
}

}  // namespace

MemberId initial_member_id(std::vector<Url> peer_urls, std::string_view token) {
  return MemberId{short_hash(joined(std::move(peer_urls)).append(token))};
}

MemberId added_member_id(std::vector<Url> peer_urls, Clock::Wall now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  return MemberId{short_hash(joined(std::move(peer_urls)) + std::to_string(seconds))};
}

ClusterId cluster_id(std::vector<MemberId> initial_members) {
  std::sort(initial_members.begin(), initial_members.end());
  std::string bytes;
  for (const MemberId id : initial_members) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes += static_cast<char>((id.value() >> shift) & 0xff);
    }
  }
  return ClusterId{short_hash(bytes)};
}

}  // namespace quorate::membership
