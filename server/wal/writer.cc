#include "server/wal/writer.h"

#include <algorithm>

#include "common/ensure.h"

namespace quorate::wal {
namespace {

std::uint64_t round_up_to_page(std::uint64_t bytes) {
  return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

std::uint64_t round_down_to_page(std::uint64_t bytes) {
  return std::max<std::uint64_t>(bytes / kPageBytes, 1) * kPageBytes;
}

}  // namespace

Writer::Writer(Disk& disk, const Clock& clock, const Options& options, Start start)
    : disk_{disk},
      clock_{clock},
      options_{options},
      identity_{start.identity},
      end_{start.end},
      floor_{start.start_index},
      segments_{std::move(start.segments)},
      spares_{disk, options.dir, std::move(start.spares)},
      file_{std::move(start.file)},
      offset_{start.offset},
      chain_{start.chain},
      page_{std::move(start.page)} {}

std::uint64_t Writer::next_segment_bytes() const {
  const auto most = round_down_to_page(options_.segment_bytes_max);
  const auto first = std::min(most, round_down_to_page(options_.segment_bytes_first));
  if (segments_.empty()) return first;
  return std::clamp(2 * round_down_to_page(segments_.back().bytes), first, most);
}

// The file becomes a segment by its name, and gets that once its head is durable. Whatever a crash
// interrupts, the file is still a spare, or already a segment without entries.
Status Writer::begin_segment(std::uint64_t group_bytes) {
  const std::uint32_t sequence = segments_.empty() ? 1 : segments_.back().sequence + 1;
  ENSURE(sequence != 0);
  const auto bytes = std::max(next_segment_bytes(), round_up_to_page(kSectorBytes + group_bytes));
  auto spare = spares_.take(bytes);
  if (!spare) return spare.error();

  builder_.begin({});
  encode(Head{.chain = chain_, .identity = identity_, .end = end_}, builder_);
  const auto chain = builder_.seal(sequence, 0);
  ENSURE(builder_.sectors() == 1);
  if (auto written = spare->file->write(0, builder_.pages()); !written) return written;
  if (auto synced = spare->file->sync(); !synced) return synced;
  const auto path = options_.dir / segment_name(sequence);
  if (auto renamed = disk_.rename(spare->path, path); !renamed) return renamed;
  if (auto synced = disk_.sync_dir(options_.dir); !synced) return synced;
  auto file = disk_.open(path, Disk::Access::read_write);  // so that errors say its new name
  if (!file) return file.error();

  segments_.push_back(
      {.sequence = sequence, .bytes = spare->bytes, .last_before = end_.last_index});
  file_ = std::move(*file);
  offset_ = kSectorBytes;
  chain_ = chain;
  page_ = builder_.last_page();
  return {};
}

void Writer::follow(const raft::Persist& batch) {
  if (batch.snapshot) {
    end_.last_index = batch.snapshot->index;
    end_.last_term = batch.snapshot->term;
    floor_ = batch.snapshot->index;
  }
  if (!batch.entries.empty()) {
    const auto first = batch.entries.front().index;
    ENSURE(first > floor_);
    ENSURE(first <= end_.last_index.next());
    end_.last_index = batch.entries.back().index;
    end_.last_term = batch.entries.back().term;
  }
  if (batch.hard_state) end_.hard_state = *batch.hard_state;
}

Result<WriteStats> Writer::write(std::span<const raft::Persist* const> batches) {
  std::uint64_t record_bytes = 0;
  for (const auto* batch : batches) record_bytes += encoded_bytes(*batch);
  const auto group_bytes = group_sectors(record_bytes) * kSectorBytes;
  if (offset_ + group_bytes > round_down_to_page(segments_.back().bytes)) {
    if (auto begun = begin_segment(group_bytes); !begun) return begun.error();
  }

  builder_.begin(page_);
  for (const auto* batch : batches) {
    encode(*batch, builder_);
    follow(*batch);
  }
  chain_ = builder_.seal(segments_.back().sequence, chain_);
  ENSURE(builder_.sectors() * kSectorBytes == group_bytes);

  const auto start = clock_.now();
  if (auto written = file_->write(offset_ - page_.size(), builder_.pages()); !written) {
    return written.error();
  }
  const auto written_at = clock_.now();
  if (auto synced = file_->sync(); !synced) return synced.error();
  const auto synced_at = clock_.now();

  offset_ += group_bytes;
  page_ = builder_.last_page();
  return WriteStats{.appends = static_cast<std::uint32_t>(batches.size()),
                    .bytes = group_bytes,
                    .write_time = written_at - start,
                    .sync_time = synced_at - written_at};
}

void Writer::release(Index index) {
  released_ = std::max(released_, index);
  floor_ = std::max(floor_, std::min(index, end_.last_index));
}

bool Writer::has_useless_segment() const {
  return segments_.size() > 1 && segments_[1].last_before <= released_;
}

Status Writer::recycle_oldest() {
  ENSURE(has_useless_segment());
  const auto oldest = segments_.front();
  segments_.pop_front();
  return spares_.recycle(options_.dir / segment_name(oldest.sequence), oldest.bytes,
                         next_segment_bytes());
}

bool Writer::wants_spare() const {
  const auto& newest = segments_.back();
  return 2 * offset_ > newest.bytes && newest.sequence != spare_failed_in_ &&
         !spares_.has(next_segment_bytes());
}

Status Writer::prepare_spare() {
  auto prepared = spares_.prepare(next_segment_bytes());
  if (prepared) return {};
  spare_failed_in_ = segments_.back().sequence;
  return prepared.error();
}

std::uint64_t Writer::disk_bytes() const {
  std::uint64_t total = spares_.disk_bytes();
  for (const auto& segment : segments_) total += segment.bytes;
  return total;
}

}  // namespace quorate::wal
