#include "server/wal/format.h"

#include <array>
#include <limits>
#include <string>

#include "common/ensure.h"
#include "server/wal/little_endian.h"

namespace quorate::wal {
namespace {

constexpr std::string_view kMagic = "quorate log 1\n";
constexpr std::uint32_t kLastFlag = 1u << 23;
constexpr std::size_t kRecordHeadBytes = 5;
constexpr std::size_t kEntryHeadBytes = 5;
constexpr std::size_t kRunHeadBytes = 20;
constexpr Index kIndexMax{std::numeric_limits<std::uint64_t>::max()};  // has no next one

enum class RecordType : std::uint8_t { head = 1, entries = 2, state = 3, snapshot = 4 };

unsigned char stamp_check(const char* stamp) {
  unsigned char check = 0xa5;
  for (std::size_t i = 0; i + 1 < kStampBytes; ++i) check ^= static_cast<unsigned char>(stamp[i]);
  return check;
}

// ---- Writing

template <class T>
void put(ByteSink& to, T value) {
  std::array<char, sizeof(T)> bytes;
  put_little_endian(value, bytes.data());
  to.append({bytes.data(), bytes.size()});
}

void put_record_head(ByteSink& to, RecordType type, std::size_t bytes) {
  ENSURE(bytes <= std::numeric_limits<std::uint32_t>::max());
  std::array<char, kRecordHeadBytes> head;
  head[0] = static_cast<char>(type);
  put_little_endian(static_cast<std::uint32_t>(bytes), head.data() + 1);
  to.append({head.data(), head.size()});
}

void put_state(ByteSink& to, const raft::HardState& state) {
  put(to, state.term.value());
  put(to, state.vote.value());
  put(to, state.commit.value());
}

// One record for the entries from the front that share a term; returns how many those are.
std::size_t put_run(ByteSink& to, std::span<const raft::Entry> entries) {
  const auto& first = entries.front();
  std::size_t count = 0;
  std::size_t bytes = kRunHeadBytes;
  for (const auto& entry : entries) {
    if (entry.term != first.term) break;
    ENSURE(entry.index.value() == first.index.value() + count);
    bytes += kEntryHeadBytes + entry.data.size();
    ++count;
  }
  put_record_head(to, RecordType::entries, bytes);
  put(to, first.index.value());
  put(to, first.term.value());
  put(to, static_cast<std::uint32_t>(count));
  for (const auto& entry : entries.first(count)) {
    std::array<char, kEntryHeadBytes> head;
    head[0] = static_cast<char>(entry.type);
    put_little_endian(static_cast<std::uint32_t>(entry.data.size()), head.data() + 1);
    to.append({head.data(), head.size()});
    to.append(entry.data.view());
  }
  return count;
}

using MemberLists = std::array<const std::vector<MemberId>*, 4>;

MemberLists member_lists(const raft::ConfState& conf) {
  return {&conf.voters, &conf.learners, &conf.voters_outgoing, &conf.learners_next};
}

void put_snapshot(ByteSink& to, const raft::SnapshotMeta& snapshot) {
  std::size_t bytes = 17;
  for (const auto* list : member_lists(snapshot.conf)) bytes += 4 + 8 * list->size();
  put_record_head(to, RecordType::snapshot, bytes);
  put(to, snapshot.index.value());
  put(to, snapshot.term.value());
  put(to, static_cast<std::uint8_t>(snapshot.conf.auto_leave ? 1 : 0));
  for (const auto* list : member_lists(snapshot.conf)) {
    put(to, static_cast<std::uint32_t>(list->size()));
    for (const auto member : *list) put(to, member.value());
  }
}

class Counter final : public ByteSink {
 public:
  void append(std::string_view bytes) override { total += bytes.size(); }
  std::uint64_t total = 0;
};

// ---- Reading

// Takes numbers and bytes from the front; once something was missing all else is empty too, so
// that one look at `is_whole` at the end is enough.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_{bytes} {}

  template <class T>
  T take() {
    const auto bytes = take(sizeof(T));
    return bytes.size() == sizeof(T) ? get_little_endian<T>(bytes.data()) : T{};
  }
  std::string_view take(std::size_t count) {
    if (count > rest_.size()) {
      is_whole_ = false;
      rest_ = {};
    }
    const auto bytes = rest_.substr(0, count);
    rest_.remove_prefix(bytes.size());
    return bytes;
  }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  // Everything was there, and nothing is left.
  [[nodiscard]] bool is_exact() const { return is_whole_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_whole_ = true;
};

Error unreadable(std::string_view what) {
  return {Code::data_loss, "has " + std::string{what}};
}

raft::HardState take_state(Cursor& from) {
  raft::HardState state;
  state.term = Term{from.take<std::uint64_t>()};
  state.vote = MemberId{from.take<std::uint64_t>()};
  state.commit = Index{from.take<std::uint64_t>()};
  return state;
}

Result<Record> decode_head(Cursor from) {
  if (from.take(kMagic.size()) != kMagic) return unreadable("a head of another format");
  Head head;
  head.chain = from.take<std::uint32_t>();
  head.identity.cluster = ClusterId{from.take<std::uint64_t>()};
  head.identity.member = MemberId{from.take<std::uint64_t>()};
  head.end.hard_state = take_state(from);
  head.end.last_index = Index{from.take<std::uint64_t>()};
  head.end.last_term = Term{from.take<std::uint64_t>()};
  if (!from.is_exact()) return unreadable("a head of the wrong length");
  if (head.end.last_index == kIndexMax) return unreadable("an impossible index");
  return Record{head};
}

Result<Record> decode_entries(Cursor from) {
  const auto first = from.take<std::uint64_t>();
  const Term term{from.take<std::uint64_t>()};
  const std::size_t count = from.take<std::uint32_t>();
  if (count == 0) return unreadable("an empty run of entries");
  if (count > from.left() / kEntryHeadBytes) return unreadable("more entries than bytes");
  if (first == 0 || first + count < first) return unreadable("an impossible index");
  EntryRun run;
  run.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto type = from.take<std::uint8_t>();
    if (type > 2) return unreadable("an entry of unknown type");
    const auto bytes = from.take<std::uint32_t>();
    run.push_back({.term = term,
                   .index = Index{first + i},
                   .type = static_cast<raft::EntryType>(type),
                   .data = SharedBytes{from.take(bytes)}});
  }
  if (!from.is_exact()) return unreadable("entries of the wrong length");
  return Record{std::move(run)};
}

Result<Record> decode_snapshot(Cursor from) {
  raft::SnapshotMeta snapshot;
  snapshot.index = Index{from.take<std::uint64_t>()};
  snapshot.term = Term{from.take<std::uint64_t>()};
  snapshot.conf.auto_leave = from.take<std::uint8_t>() != 0;
  for (auto* list : {&snapshot.conf.voters, &snapshot.conf.learners, &snapshot.conf.voters_outgoing,
                     &snapshot.conf.learners_next}) {
    const std::size_t count = from.take<std::uint32_t>();
    if (count > from.left() / 8) return unreadable("more members than bytes");
    list->reserve(count);
    for (std::size_t i = 0; i < count; ++i) list->emplace_back(from.take<std::uint64_t>());
  }
  if (!from.is_exact()) return unreadable("a snapshot of the wrong length");
  if (snapshot.index == kIndexMax) return unreadable("an impossible index");
  return Record{std::move(snapshot)};
}

Result<Record> decode_record(RecordType type, Cursor from) {
  switch (type) {
    case RecordType::head:
      return decode_head(from);
    case RecordType::entries:
      return decode_entries(from);
    case RecordType::snapshot:
      return decode_snapshot(from);
    case RecordType::state: {
      const auto state = take_state(from);
      if (!from.is_exact()) return unreadable("a hard state of the wrong length");
      return Record{state};
    }
  }
  return unreadable("a record of unknown type");
}

}  // namespace

void encode_stamp(const Stamp& stamp, char* to) {
  ENSURE(stamp.place < kLastFlag);
  const std::uint32_t place = stamp.place | (stamp.is_last ? kLastFlag : 0);
  put_little_endian(stamp.sequence, to);
  put_little_endian(place, to + 4);
  to[7] = static_cast<char>(stamp_check(to));
}

bool is_blank_stamp(const char* from) {
  return get_little_endian<std::uint64_t>(from) == 0;
}

std::optional<Stamp> decode_stamp(const char* from) {
  if (static_cast<unsigned char>(from[7]) != stamp_check(from)) return std::nullopt;
  const auto place = get_little_endian<std::uint32_t>(from + 4) & 0xffffff;
  return Stamp{.sequence = get_little_endian<std::uint32_t>(from),
               .place = place & ~kLastFlag,
               .is_last = (place & kLastFlag) != 0};
}

void encode(const Head& head, ByteSink& to) {
  put_record_head(to, RecordType::head, kMagic.size() + 60);
  to.append(kMagic);
  put(to, head.chain);
  put(to, head.identity.cluster.value());
  put(to, head.identity.member.value());
  put_state(to, head.end.hard_state);
  put(to, head.end.last_index.value());
  put(to, head.end.last_term.value());
}

void encode(const raft::Persist& batch, ByteSink& to) {
  if (batch.snapshot) put_snapshot(to, *batch.snapshot);
  std::span<const raft::Entry> entries{batch.entries};
  while (!entries.empty()) {
    const auto count = put_run(to, entries);
    entries = entries.subspan(count);
    if (!entries.empty()) ENSURE(entries[0].index.value() == entries.data()[-1].index.value() + 1);
  }
  if (batch.hard_state) {
    put_record_head(to, RecordType::state, 24);
    put_state(to, *batch.hard_state);
  }
}

std::uint64_t encoded_bytes(const raft::Persist& batch) {
  Counter counter;
  encode(batch, counter);
  return counter.total;
}

Result<std::vector<Record>> decode_records(std::string_view bytes) {
  std::vector<Record> records;
  while (!bytes.empty()) {
    if (bytes.size() < kRecordHeadBytes) return unreadable("a record that is cut off");
    const auto type = static_cast<RecordType>(bytes[0]);
    const std::size_t size = get_little_endian<std::uint32_t>(bytes.data() + 1);
    bytes.remove_prefix(kRecordHeadBytes);
    if (size > bytes.size()) return unreadable("a record longer than its group");
    auto record = decode_record(type, Cursor{bytes.substr(0, size)});
    if (!record) return record.error();
    records.push_back(std::move(*record));
    bytes.remove_prefix(size);
  }
  return records;
}

}  // namespace quorate::wal
