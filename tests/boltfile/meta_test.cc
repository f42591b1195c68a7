#include "common/boltfile/meta.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/boltfile/images.h"

using namespace quorate::boltfile;

namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16)));
  }
  return bytes;
}

// The first page of a snapshot of etcd 3.5.30.
const std::string kRecorded = from_hex(
    "0000000000000000"
    "04000000"
    "00000000"
    "edda0ced"
    "02000000"
    "00100000"
    "00000000"
    "04000000000000000000000000000000"
    "ffffffffffffffff"
    "0500000000000000"
    "0e00000000000000"
    "0cefe8f43dee379d");
const Meta kRecordedMeta{4096, 4, kNoFreelist, 5, 14};

std::string message(const quorate::Result<Meta>& meta) {
  return meta ? "" : meta.error().message;
}

std::string two_metas(std::uint64_t first, std::uint64_t second, std::uint32_t page_bytes = 4096) {
  Meta meta = kRecordedMeta;
  meta.page_bytes = page_bytes;
  meta.transaction = first;
  std::string file = make_meta_page(0, meta);
  meta.transaction = second;
  return file + make_meta_page(1, meta);
}

}  // namespace

TEST_CASE("a meta page that etcd wrote is understood, and ours is the same to the byte") {
  const auto meta = parse_meta(kRecorded);
  REQUIRE(meta.has_value());
  CHECK(*meta == kRecordedMeta);
  const std::string ours = make_meta_page(0, kRecordedMeta);
  CHECK(ours.size() == 4096);
  CHECK(ours.substr(0, kRecorded.size()) == kRecorded);
  CHECK(ours.find_first_not_of('\0', kRecorded.size()) == std::string::npos);
}

TEST_CASE("a meta page is refused with bbolt's words") {
  std::string page = kRecorded;
  CHECK(message(parse_meta(page.substr(0, 79))) == "invalid database");
  poke(page, 16, std::uint32_t{1});
  CHECK(message(parse_meta(page)) == "invalid database");
  page = kRecorded;
  poke(page, 20, std::uint32_t{3});
  CHECK(message(parse_meta(page)) == "version mismatch");
  for (std::size_t at = 24; at < 80; ++at) {
    page = kRecorded;
    page[at] = static_cast<char>(page[at] ^ 1);
    CHECK(message(parse_meta(page)) == "checksum error");
  }
}

TEST_CASE("a page size that is none is refused even with a good checksum") {
  for (const std::uint32_t size : {0U, 512U, 4097U, 12288U, 1U << 25}) {
    Meta meta = kRecordedMeta;
    meta.page_bytes = size;
    std::string page = make_meta_page(0, meta);
    page.resize(4096);
    CHECK(message(parse_meta(page)) == "invalid database");
  }
}

TEST_CASE("of two metas the higher transaction counts, of one damaged the other") {
  CHECK(choose_meta(two_metas(14, 13))->transaction == 14);
  CHECK(choose_meta(two_metas(14, 15))->transaction == 15);
  for (const std::uint32_t page_bytes : {1024U, 4096U, 65536U}) {
    std::string file = two_metas(14, 13, page_bytes);
    file[30] = 'x';
    CHECK(choose_meta(file)->transaction == 13);
    file = two_metas(14, 15, page_bytes);
    file[page_bytes + 30] = 'x';
    CHECK(choose_meta(file)->transaction == 14);
    file[30] = 'x';
    CHECK(message(choose_meta(file)) == "checksum error");
  }
}

TEST_CASE("a file that ends before its second page is refused") {
  CHECK(message(choose_meta("")) == "invalid database");
  CHECK(message(choose_meta(two_metas(2, 1).substr(0, 8191))) == "file size too small");
  CHECK(message(choose_meta(std::string(100'000, '\0'))) == "invalid database");
}
