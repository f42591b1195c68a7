// The file format of bbolt, etcd's storage, version 2. All numbers are little-endian.
//
// A file is pages of one size; page N begins at N * page size. A page is 16 bytes of head and what
// its kind says; with `overflow` > 0 it takes that many further pages, which have no head.
//
//   head     | id 8 | flags 2 | count 2 | overflow 4 |
//
//   branch   head, then `count` times | pos 4 | key size 4 | child id 8 |, then the keys
//   leaf     head, then `count` times | flags 4 | pos 4 | key size 4 | value size 4 |, then keys
//            and values in turn; `pos` counts from where its element begins
//   freelist head, then `count` page ids of 8; a count of 0xffff says: the first id is the count
//   meta     head, then | magic 4 | version 4 | page size 4 | flags 4 | root page 8 | sequence 8 |
//            | freelist page 8 | high water 8 | transaction 8 | FNV-1a of these 56 bytes 8 |
//
// Pages 0 and 1 are metas; of the sound ones the one with the higher transaction counts. Its root
// page is a tree whose pairs are buckets: leaf flag 1, value | root page 8 | sequence 8 |. A small
// bucket has root page 0 and its only page behind that, as part of the value.
//
// Source: the files that etcd 3.4 and 3.5 write, and go.etcd.io/bbolt's page.go, bucket.go, db.go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace quorate::boltfile {

using PageId = std::uint64_t;

constexpr std::size_t kHeadBytes = 16;
constexpr std::size_t kElementBytes = 16;
constexpr std::size_t kMetaBytes = 64;
constexpr std::size_t kBucketHeadBytes = 16;

constexpr std::uint16_t kBranchFlag = 0x01;
constexpr std::uint16_t kLeafFlag = 0x02;
constexpr std::uint16_t kMetaFlag = 0x04;
constexpr std::uint16_t kFreelistFlag = 0x10;
constexpr std::uint32_t kBucketFlag = 0x01;  // of a leaf element

constexpr PageId kNoFreelist = 0xffffffffffffffff;
constexpr std::uint16_t kManyFreePages = 0xffff;
constexpr std::size_t kKeyBytesMax = 32768;
constexpr std::size_t kValueBytesMax = 0x7ffffffe;
constexpr std::size_t kPageElementsMax = 0xfffe;
// A terabyte in pages of the usual size. Walks keep a bit per page.
constexpr std::uint64_t kPagesMax = std::uint64_t{1} << 28;

// Requires: the bytes are there.
template <class T>
[[nodiscard]] T load(std::string_view bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = sizeof(T); i > 0; --i) {
    value = static_cast<T>(value << 8) | static_cast<unsigned char>(bytes[at + i - 1]);
  }
  return value;
}

template <class T>
void append(T value, std::string& out) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out.push_back(static_cast<char>(value >> (8 * i)));
  }
}

struct Head {
  PageId id = 0;
  std::uint16_t flags = 0;
  std::uint16_t count = 0;
  std::uint32_t overflow = 0;
};

[[nodiscard]] Head load_head(std::string_view page);  // Requires: kHeadBytes
void append_head(const Head& head, std::string& out);

}  // namespace quorate::boltfile
