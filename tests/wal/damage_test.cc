// Bytes that no crash leaves: refused, with file and offset.
#include <algorithm>
#include <optional>
#include <string>

#include "common/crc32c.h"
#include "server/wal/group_builder.h"
#include "server/wal/little_endian.h"
#include "server/wal/segment_reader.h"
#include "tests/wal/log_host.h"

using namespace quorate;
using namespace quorate::wal;

namespace {

// Three segments of 8 KB with groups of one to three sectors, all kinds of records.
Image small_log(LogHost& host) {
  host.options.segment_bytes_max = 8 * 1024;
  auto wal = host.create();
  host.append(*wal, state(1, 2, 0));
  auto batch = snapshot(10, 1);
  batch.entries = {entry(1, 11), entry(1, 12), entry(2, 13)};
  host.append(*wal, std::move(batch));
  for (std::uint64_t i = 14; host.segments().size() < 3; ++i) {
    host.append(*wal, entries({entry(2, i, std::string(i * 37 % 1300, 'd'))}));
    host.append(*wal, state(2, 3, i));
  }
  const auto last = host.segments().back().sequence;
  REQUIRE(last == 3);
  host.append(*wal, entries({entry(3, 20, std::string(900, 'e'))}));
  return host.image();
}

// Where the groups of a segment are.
std::vector<Group> groups(LogHost& host, std::uint32_t sequence) {
  std::vector<Group> all;
  auto reader = SegmentReader::open(host.disk, kDir, sequence);
  REQUIRE(reader.has_value());
  while (true) {
    auto group = reader->next();
    REQUIRE(group.has_value());
    if (!*group) return all;
    all.push_back(std::move(**group));
  }
}

std::uint64_t used_bytes(LogHost& host, std::uint32_t sequence) {
  const auto all = groups(host, sequence);
  return all.back().offset + all.back().bytes;
}

// The sentence with which the log is refused; nothing when it opens.
std::optional<std::string> refusal(LogHost& host, const Image& files) {
  host.load(files);
  const auto opened = Wal::open(host.around(), host.options);
  if (opened) return std::nullopt;
  CHECK(opened.error().code == Code::data_loss);
  return opened.error().message;
}

std::uint64_t offset_in(const std::string& sentence) {
  const auto at = sentence.find("at offset ");
  REQUIRE(at != std::string::npos);
  return std::stoull(sentence.substr(at + 10));
}

void check_refused_at(LogHost& host, const Image& files, const std::string& name,
                      std::uint64_t offset) {
  const auto sentence = refusal(host, files);
  REQUIRE(sentence.has_value());
  CAPTURE(*sentence);
  CHECK(sentence->find(kDir + "/" + name) != std::string::npos);
  CHECK(offset_in(*sentence) == offset);
}

}  // namespace

TEST_CASE("every flipped bit of what was written is refused, with the file and the group's place") {
  LogHost host;
  const auto files = small_log(host);
  const auto expected = host.reopen();
  for (std::uint32_t sequence = 1; sequence <= 3; ++sequence) {
    const auto name = segment_name(sequence);
    host.load(files);
    const auto all = groups(host, sequence);
    for (const auto& group : all) {
      for (std::uint64_t at = group.offset; at < group.offset + group.bytes; ++at) {
        CAPTURE(name);
        CAPTURE(at);
        auto flipped = files;
        auto& byte = flipped[name][at];
        byte = static_cast<char>(byte ^ (1 << (at * 5 + at / 8) % 8));
        const auto sentence = refusal(host, flipped);
        REQUIRE(sentence.has_value());
        REQUIRE(sentence->find(kDir + "/" + name) != std::string::npos);
        REQUIRE(offset_in(*sentence) >= group.offset);
        REQUIRE(offset_in(*sentence) <= at);
      }
    }
  }
  host.load(files);
  CHECK(same_log(host.open().contents, expected));
}

TEST_CASE("all eight bits of the heads and of the last group's bytes, one by one, are refused") {
  LogHost host;
  const auto files = small_log(host);
  const auto last = groups(host, 3).back();
  const auto flip_all = [&](const std::string& name, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t bit = 8 * from; bit < 8 * to; ++bit) {
      CAPTURE(name);
      CAPTURE(bit);
      auto flipped = files;
      auto& byte = flipped[name][bit / 8];
      byte = static_cast<char>(byte ^ (1 << bit % 8));
      REQUIRE(refusal(host, flipped).has_value());
    }
  };
  for (std::uint32_t sequence = 1; sequence <= 3; ++sequence) {
    flip_all(segment_name(sequence), 0, kSectorBytes);
  }
  flip_all(segment_name(3), last.offset, last.offset + last.bytes);
}

TEST_CASE("a flipped bit where nothing was written yet changes nothing") {
  LogHost host;
  const auto files = small_log(host);
  const auto expected = host.reopen();
  for (std::uint32_t sequence = 1; sequence <= 3; ++sequence) {
    const auto name = segment_name(sequence);
    host.load(files);
    const auto used = used_bytes(host, sequence);
    for (std::uint64_t at = used; at < files.at(name).size(); ++at) {
      CAPTURE(name);
      CAPTURE(at);
      auto flipped = files;
      auto& byte = flipped[name][at];
      byte = static_cast<char>(byte ^ (1 << at % 8));
      // Only the stamp right behind the end is another matter: it may have been a group's.
      const bool is_next_stamp = at - used >= kContentBytes && at - used < kSectorBytes;
      const auto sentence = refusal(host, flipped);
      REQUIRE(sentence.has_value() == is_next_stamp);
      if (is_next_stamp) continue;
      REQUIRE(same_log(host.reopen(), expected));
    }
  }
}

TEST_CASE("a group that turned to zeros with others behind it is a hole, not the end") {
  LogHost host;
  const auto files = small_log(host);
  for (std::uint32_t sequence = 1; sequence <= 3; ++sequence) {
    const auto name = segment_name(sequence);
    host.load(files);
    auto all = groups(host, sequence);
    if (sequence == 3) all.pop_back();  // the very last one: what a crash may leave
    for (const auto& group : all) {
      CAPTURE(name);
      CAPTURE(group.offset);
      for (std::uint64_t at = group.offset; at < group.offset + group.bytes; at += kSectorBytes) {
        auto holed = files;
        holed[name].replace(at, kSectorBytes, std::string(kSectorBytes, '\0'));
        check_refused_at(host, holed, name, group.offset);
      }
      auto holed = files;
      holed[name].replace(group.offset, group.bytes, std::string(group.bytes, '\0'));
      check_refused_at(host, holed, name, group.offset);
    }
  }
}

TEST_CASE("a segment cut off before the last one is refused where it ends") {
  LogHost host;
  const auto files = small_log(host);
  const auto all = groups(host, 2);
  for (const auto& group : all) {
    auto cut = files;
    cut[segment_name(2)].resize(group.offset + group.bytes - 1);
    check_refused_at(host, cut, segment_name(2), group.offset);
  }
}

TEST_CASE("two groups of the same size exchanged, or one written twice, are refused") {
  LogHost host;
  const auto files = small_log(host);
  const auto name = segment_name(2);
  const auto all = groups(host, 2);
  std::size_t tried = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      if (all[i].bytes != all[j].bytes) continue;
      ++tried;
      const auto& whole = files.at(name);
      auto twice = files;
      twice[name].replace(all[j].offset, all[j].bytes, whole, all[i].offset, all[i].bytes);
      check_refused_at(host, twice, name, all[j].offset);
      twice[name].replace(all[i].offset, all[i].bytes, whole, all[j].offset, all[j].bytes);
      check_refused_at(host, twice, name, all[i].offset);
    }
  }
  CHECK(tried > 0);
}

TEST_CASE("segments missing, exchanged or under another name are refused") {
  LogHost host;
  const auto files = small_log(host);
  auto missing = files;
  missing.erase(segment_name(2));
  CHECK(refusal(host, missing)->find("/data/wal/00000002.wal is missing") != std::string::npos);
  host.load(missing);
  CHECK(Wal::exists(host.disk, kDir));

  auto exchanged = files;
  std::swap(exchanged[segment_name(2)], exchanged[segment_name(3)]);
  check_refused_at(host, exchanged, segment_name(2), 0);

  auto repeated = files;
  repeated[segment_name(3)] = files.at(segment_name(2));
  check_refused_at(host, repeated, segment_name(3), 0);
}

TEST_CASE("a segment of another log, good in itself, does not continue this one") {
  LogHost host;
  auto files = small_log(host);
  LogHost other;
  auto other_files = small_log(other);
  const auto end = used_bytes(host, 2);
  // The same history but for one byte, so that only the chain tells.
  other.load(other_files);
  auto opened = other.open();
  other.append(*opened.wal, state(3, 3, 20));
  for (std::uint64_t i = 21; other.segments().size() < 4; ++i) {
    other.append(*opened.wal, entries({entry(3, i, std::string(2000, 'z'))}));
  }
  files[segment_name(4)] = other.image().at(segment_name(4));
  host.load(files);
  check_refused_at(host, files, segment_name(3), used_bytes(host, 3));
  CHECK(end > 0);
}

TEST_CASE("files that are no segments under a segment's name are refused") {
  LogHost host;
  const auto files = small_log(host);
  for (const std::string& bytes :
       {std::string{}, std::string{"short"}, std::string(8192, '\0'), std::string(8192, 'x')}) {
    auto strange = files;
    strange[segment_name(4)] = bytes;
    check_refused_at(host, strange, segment_name(4), 0);
  }
}

namespace {

// A segment with this head and, if any are given, one group of records; checksums and stamps right.
struct Crafted {
  std::string bytes;
  std::uint32_t chain = 0;
};

Crafted craft(std::uint32_t sequence, const Head& head, const std::string& records) {
  GroupBuilder builder;
  builder.begin({});
  encode(head, builder);
  Crafted crafted;
  crafted.chain = builder.seal(sequence, 0);
  crafted.bytes = builder.pages();
  if (!records.empty()) {
    builder.begin(crafted.bytes.substr(0, kSectorBytes));
    builder.append(records);
    crafted.chain = builder.seal(sequence, crafted.chain);
    crafted.bytes = builder.pages();
  }
  return crafted;
}

const Head kFirstHead{.chain = 0, .identity = kIdentity, .end = {}};

Image log_with(const std::string& records) {
  return {{segment_name(1), craft(1, kFirstHead, records).bytes}};
}

struct Text final : ByteSink {
  void append(std::string_view bytes) override { text += bytes; }
  std::string text;
};

std::string encoded(const raft::Persist& batch) {
  Text text;
  encode(batch, text);
  return text.text;
}

}  // namespace

TEST_CASE("well-formed records that no log can hold are refused") {
  LogHost host;
  CHECK(!refusal(host, log_with(encoded(entries({entry(1, 1)})))).has_value());
  const auto first = encoded(entries({entry(1, 1), entry(1, 2)}));
  for (const auto& [records, reason] : std::vector<std::pair<std::string, std::string>>{
           {encoded(entries({entry(1, 2)})), "entry 2 does not follow entry 0"},
           {first + encoded(entries({entry(1, 4)})), "entry 4 does not follow entry 2"},
           {first + encoded(snapshot(9, 1)) + encoded(entries({entry(1, 9)})),
            "entry 9 does not follow entry 9"},
           {first + "x", "a record that is cut off"},
           {std::string{"\x07\0\0\0\0", 5}, "a record of unknown type"}}) {
    const auto sentence = refusal(host, log_with(records));
    REQUIRE(sentence.has_value());
    CHECK(sentence->find("00000001.wal is damaged at offset 512") != std::string::npos);
    CHECK_MESSAGE(sentence->find(reason) != std::string::npos, *sentence);
  }
}

TEST_CASE("a length that is not the group's is refused, though the checksum says it is right") {
  LogHost host;
  const auto records = encoded(entries({entry(1, 1), entry(1, 2)}));
  for (const std::uint32_t length : {0u, 497u, 5000u, 0xffffffffu}) {
    auto crafted = craft(1, kFirstHead, records);
    const auto head_crc = get_little_endian<std::uint32_t>(crafted.bytes.data() + 4);
    char* group = crafted.bytes.data() + kSectorBytes;
    put_little_endian(length, group);
    const auto crc = crc32c(crc32c(head_crc, {group, 4}), {group + 8, kContentBytes - 8});
    put_little_endian(crc, group + 4);
    const auto sentence = refusal(host, {{segment_name(1), crafted.bytes}});
    // As long as it fits the one sector, the group is what its checksum says: here, empty.
    REQUIRE(sentence.has_value() == (length != 0));
    if (length != 0) CHECK(sentence->find("the group's length is wrong") != std::string::npos);
  }
}

TEST_CASE("a head that is not about the segments before it is refused") {
  LogHost host;
  const auto first = craft(1, kFirstHead, encoded(entries({entry(1, 1), entry(1, 2)})));
  const Head good{.chain = first.chain,
                  .identity = kIdentity,
                  .end = {.hard_state = {}, .last_index = Index{2}, .last_term = Term{1}}};
  const auto with = [&](const Head& head) {
    return refusal(host,
                   {{segment_name(1), first.bytes}, {segment_name(2), craft(2, head, {}).bytes}});
  };
  CHECK(!with(good).has_value());

  auto bad = good;
  bad.chain ^= 1;
  CHECK(with(bad)->find("00000002.wal does not continue from that point") != std::string::npos);
  bad = good;
  bad.identity.member = MemberId{1};
  CHECK(with(bad)->find("it belongs to another member") != std::string::npos);
  bad = good;
  bad.end.last_index = Index{3};
  CHECK(with(bad)->find("its head contradicts the segments before") != std::string::npos);
  bad = good;
  bad.end.hard_state.commit = Index{1};
  CHECK(with(bad)->find("its head contradicts the segments before") != std::string::npos);
}
