#include "server/wal/dump_log.h"

#include <ostream>
#include <string>
#include <utility>

#include "server/wal/entry_hint.h"
#include "server/wal/log_reader.h"
#include "server/wal/replay.h"

namespace quorate::wal {
namespace {

struct Hex {
  std::uint64_t number;
};

std::ostream& operator<<(std::ostream& out, Hex hex) {
  return out << std::hex << hex.number << std::dec;
}

void print_bytes(std::ostream& out, std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  out << " data=";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out << kDigits[byte >> 4] << kDigits[byte & 15];
  }
}

void print_members(std::ostream& out, std::string_view name, const std::vector<MemberId>& members) {
  if (members.empty()) return;
  out << " " << name << "=";
  for (std::size_t i = 0; i < members.size(); ++i) {
    out << (i == 0 ? "" : ",") << Hex{members[i].value()};
  }
}

// Prints the records of one group, each on a line of its own that begins with `place`.
class RecordPrinter {
 public:
  RecordPrinter(std::ostream& out, std::string place, Payload payload)
      : out_{out}, place_{std::move(place)}, payload_{payload} {}

  void operator()(const Head& head) {
    begin("head", head.end.hard_state.term, head.end.last_index);
    out_ << " cluster=" << Hex{head.identity.cluster.value()}
         << " member=" << Hex{head.identity.member.value()}
         << " last_term=" << head.end.last_term.value()
         << " vote=" << Hex{head.end.hard_state.vote.value()}
         << " commit=" << head.end.hard_state.commit.value() << " chain=" << Hex{head.chain}
         << "\n";
  }

  void operator()(const EntryRun& run) {
    for (const auto& entry : run) {
      begin("entry", entry.term, entry.index);
      out_ << " bytes=" << entry.data.size() << " " << entry_hint(entry);
      if (payload_ == Payload::hex) print_bytes(out_, entry.data.view());
      out_ << "\n";
    }
  }

  void operator()(const raft::HardState& state) {
    begin("state", state.term, state.commit);
    out_ << " vote=" << Hex{state.vote.value()} << "\n";
  }

  void operator()(const raft::SnapshotMeta& snapshot) {
    begin("snapshot", snapshot.term, snapshot.index);
    out_ << " auto_leave=" << (snapshot.conf.auto_leave ? "true" : "false");
    print_members(out_, "voters", snapshot.conf.voters);
    print_members(out_, "learners", snapshot.conf.learners);
    print_members(out_, "voters_outgoing", snapshot.conf.voters_outgoing);
    print_members(out_, "learners_next", snapshot.conf.learners_next);
    out_ << "\n";
  }

 private:
  void begin(std::string_view type, Term term, Index index) {
    out_ << place_ << " " << type << " crc=ok term=" << term.value() << " index=" << index.value();
  }

  std::ostream& out_;
  std::string place_;
  Payload payload_;
};

}  // namespace

Status dump_log(Disk& disk, const std::filesystem::path& dir, Payload payload, std::ostream& out) {
  auto reader = LogReader::open(disk, dir);
  if (!reader) return reader.error();
  Replay replay;
  while (true) {
    auto next = reader->next();
    if (!next) return next.error();
    if (!*next) break;
    auto& group = **next;
    const auto segment = segment_name(reader->segment().sequence);
    RecordPrinter printer{out, segment + " " + std::to_string(group.offset), payload};
    for (const auto& record : group.records) std::visit(printer, record);
    auto applied = replay.apply(std::move(group.records));
    if (!applied) {
      return reader->segment_reader().damage(group.offset, applied.error().message);
    }
  }
  out << segment_name(reader->segment().sequence) << " " << reader->segment_reader().offset()
      << " end";
  if (reader->torn_bytes() > 0) {
    out << ", behind it " << reader->torn_bytes() << " bytes of a torn write";
  }
  out << "\n";
  return {};
}

}  // namespace quorate::wal
