#include "common/boltfile/trailer.h"

#include <string>

#include <doctest/doctest.h>

using namespace quorate::boltfile;

namespace {

std::string hex(const Sha256::Digest& digest) {
  std::string text;
  for (const unsigned char byte : digest) {
    text += "0123456789abcdef"[byte / 16];
    text += "0123456789abcdef"[byte % 16];
  }
  return text;
}

}  // namespace

TEST_CASE("SHA-256 gives the vectors of FIPS 180-4, in any number of pieces") {
  Sha256 abc;
  abc.add("a");
  abc.add("");
  abc.add("bc");
  CHECK(hex(abc.finish()) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(Sha256{}.finish()) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("the length alone tells whether a file has a trailer") {
  CHECK(has_trailer(4096 + 32));
  CHECK(has_trailer(32));
  CHECK(!has_trailer(4096));
  CHECK(!has_trailer(4096 + 31));
  CHECK(!read_trailer(std::string(4096, 'x')));
}

TEST_CASE("a trailer is compared with what the rest gives") {
  const std::string body(1024, 'b');
  Sha256 hash;
  hash.add(body);
  const auto digest = hash.finish();
  std::string file = body + std::string(digest.begin(), digest.end());
  CHECK(read_trailer(file)->stored == digest);
  CHECK(read_trailer(file)->computed == digest);
  file[5] = 'x';
  CHECK(read_trailer(file)->stored == digest);
  CHECK(read_trailer(file)->computed != digest);
}
