#include "server/wal/format.h"

#include <array>
#include <string>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "server/wal/group_builder.h"

using namespace quorate;
using namespace quorate::wal;

namespace {

struct Text final : ByteSink {
  void append(std::string_view bytes) override { text += bytes; }
  std::string text;
};

raft::Persist full_batch() {
  raft::Persist batch;
  batch.hard_state = raft::HardState{Term{7}, MemberId{~std::uint64_t{0}}, Index{12}};
  batch.snapshot = raft::SnapshotMeta{.index = Index{10},
                                      .term = Term{5},
                                      .conf = {.voters = {MemberId{1}, MemberId{2}},
                                               .learners = {MemberId{3}},
                                               .voters_outgoing = {MemberId{4}},
                                               .learners_next = {MemberId{5}},
                                               .auto_leave = true}};
  using enum raft::EntryType;
  batch.entries = {{Term{5}, Index{11}, normal, SharedBytes{"one"}},
                   {Term{5}, Index{12}, conf_change, SharedBytes{}},
                   {Term{7}, Index{13}, conf_change_v2, SharedBytes{std::string(1000, '\0')}}};
  return batch;
}

std::string encoded(const raft::Persist& batch) {
  Text text;
  encode(batch, text);
  return text.text;
}

bool is_refused(const std::string& bytes) {
  const auto records = decode_records(bytes);
  return !records && records.error().code == Code::data_loss;
}

}  // namespace

TEST_CASE("a batch comes back from its bytes: snapshot, entries by term, hard state") {
  const auto batch = full_batch();
  const auto records = decode_records(encoded(batch));
  REQUIRE(records.has_value());
  REQUIRE(records->size() == 4);
  CHECK(std::get<raft::SnapshotMeta>((*records)[0]) == *batch.snapshot);
  CHECK(std::get<EntryRun>((*records)[1]) == EntryRun{batch.entries[0], batch.entries[1]});
  CHECK(std::get<EntryRun>((*records)[2]) == EntryRun{batch.entries[2]});
  CHECK(std::get<raft::HardState>((*records)[3]) == *batch.hard_state);
  CHECK(encoded_bytes(batch) == encoded(batch).size());
}

TEST_CASE("a head comes back from its bytes") {
  const Head head{.chain = 0xdeadbeef,
                  .identity = {ClusterId{1}, MemberId{2}},
                  .end = {.hard_state = {Term{3}, MemberId{4}, Index{5}},
                          .last_index = Index{6},
                          .last_term = Term{7}}};
  Text text;
  encode(head, text);
  const auto records = decode_records(text.text);
  REQUIRE(records.has_value());
  REQUIRE(records->size() == 1);
  CHECK(std::get<Head>((*records)[0]) == head);
}

TEST_CASE("records cut off anywhere are an error or the records before the cut") {
  const auto whole = encoded(full_batch());
  std::size_t readable = 0;
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const auto records = decode_records(std::string_view{whole}.substr(0, cut));
    if (!records) continue;
    ++readable;
    CHECK(records->size() < 4);
  }
  CHECK(readable == 4);  // after none, one, two and three of the four records
}

TEST_CASE("hostile counts and lengths are refused before anything is reserved for them") {
  const std::string huge = "\xff\xff\xff\xff";
  const std::string zeros16(16, '\0');
  const std::string index1 = std::string{"\1"} + std::string(15, '\0');
  CHECK(is_refused("\x02" + huge + index1));                            // record length
  CHECK(is_refused(std::string{"\x02\x14\0\0\0", 5} + index1 + huge));  // entry count
  CHECK(is_refused(std::string{"\x02\x19\0\0\0", 5} + index1 +          // entry length
                   std::string{"\1\0\0\0\0", 5} + huge));
  CHECK(is_refused(std::string{"\x04\x15\0\0\0", 5} + zeros16 + '\0' + huge));  // members
  CHECK(is_refused(std::string{"\x09\0\0\0\0", 5}));                            // record type
  CHECK(is_refused(std::string{"\x02\x14\0\0\0", 5} + index1 + std::string(4, '\0')));
  CHECK(is_refused(std::string{"\x02\x19\0\0\0", 5} + zeros16 +  // index 0
                   std::string{"\1\0\0\0\0\0\0\0\0", 9}));
}

TEST_CASE("a stamp comes back, and with any bit flipped it is unreadable") {
  for (const Stamp stamp : {Stamp{1, 0, true}, Stamp{1, 0, false},
                            Stamp{0xffffffff, 0x7fffff, true}, Stamp{42, 1000, false}}) {
    std::array<char, kStampBytes> bytes;
    encode_stamp(stamp, bytes.data());
    CHECK(decode_stamp(bytes.data()) == stamp);
    CHECK(!is_blank_stamp(bytes.data()));
    for (std::size_t bit = 0; bit < 8 * kStampBytes; ++bit) {
      auto flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      CHECK(!decode_stamp(flipped.data()));
      CHECK(!is_blank_stamp(flipped.data()));
    }
  }
  const std::array<char, kStampBytes> blank{};
  CHECK(is_blank_stamp(blank.data()));
  CHECK(!decode_stamp(blank.data()));
}

TEST_CASE("a group takes whole sectors, keeps what stands before it and blanks what is behind") {
  GroupBuilder builder;
  const std::string before(3 * kSectorBytes, 'b');
  for (const std::size_t size : {0, 1, 495, 496, 497, 1000, 1001, 20000}) {
    CAPTURE(size);
    builder.begin(before);
    builder.append(std::string(size, 'x'));
    builder.seal(9, 0);
    const auto pages = builder.pages();
    CHECK(builder.sectors() == (8 + size + 503) / 504);
    CHECK(pages.size() % kPageBytes == 0);
    CHECK(pages.substr(0, before.size()) == before);
    const auto end = before.size() + builder.sectors() * kSectorBytes;
    CHECK(pages.size() - end < kPageBytes);
    CHECK(pages.substr(end) == std::string(pages.size() - end, '\0'));
    for (std::uint32_t i = 0; i < builder.sectors(); ++i) {
      const auto* stamp = pages.data() + before.size() + (i + 1) * kSectorBytes - kStampBytes;
      CHECK(decode_stamp(stamp) == Stamp{9, i, i + 1 == builder.sectors()});
    }
    CHECK(builder.last_page() == pages.substr(end / kPageBytes * kPageBytes, end % kPageBytes));
  }
}
