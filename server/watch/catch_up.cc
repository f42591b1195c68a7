#include "server/watch/catch_up.h"

#include <algorithm>
#include <utility>

#include "common/ensure.h"
#include "server/watch/context.h"

namespace quorate::watch {
namespace {

constexpr std::uint8_t kWaiting = 255;  // Watcher::scan of one that has none yet

void append(std::vector<Watcher*>& group, Watcher& watcher) {
  watcher.place = static_cast<std::uint32_t>(group.size());
  group.push_back(&watcher);
}

}  // namespace

CatchUp::CatchUp(Context& context) : context_{context}, scans_(context.config.scans_max) {
  ENSURE(scans_.size() < kWaiting);
  for (std::size_t i = 0; i < scans_.size(); ++i) scans_[i].number = static_cast<std::uint8_t>(i);
}

CatchUp::~CatchUp() = default;

std::vector<Watcher*>& CatchUp::group_of(const Watcher& watcher) {
  return watcher.scan == kWaiting ? waiting_ : scans_[watcher.scan].members;
}

void CatchUp::add(Watcher& watcher) {
  ENSURE(watcher.state == WatcherState::behind);
  ENSURE(watcher.cursor <= context_.revision);
  watcher.scan = kWaiting;
  append(waiting_, watcher);
  ++size_;
}

void CatchUp::remove(Watcher& watcher) {
  std::vector<Watcher*>& group = group_of(watcher);
  ENSURE(group[watcher.place] == &watcher);
  group[watcher.place] = group.back();
  group[watcher.place]->place = watcher.place;
  group.pop_back();
  watcher.place = Watcher::kNone;
  --size_;
}

bool CatchUp::run() {
  place_waiting();
  bool has_more = false;
  for (Scan& scan : scans_) {
    if (scan.is_open) has_more |= step(scan);
  }
  // A scan that ended makes room for those who wait.
  const bool has_room =
      std::any_of(scans_.begin(), scans_.end(), [](const Scan& scan) { return !scan.is_open; });
  return has_more || (has_room && !waiting_.empty());
}

// ---- Who reads with whom

void CatchUp::place_waiting() {
  if (waiting_.empty()) return;
  // The one that is furthest behind first: a scan only goes forward.
  std::stable_sort(waiting_.begin(), waiting_.end(),
                   [](const Watcher* a, const Watcher* b) { return a->cursor < b->cursor; });
  for (Watcher* watcher : std::exchange(waiting_, {})) {
    if (Scan* scan = choose(*watcher)) {
      join(*watcher, *scan);
    } else {
      append(waiting_, *watcher);
    }
  }
}

void CatchUp::join(Watcher& watcher, Scan& scan) {
  if (!scan.is_open) {
    scan.is_open = true;
    scan.position = watcher.cursor;
  }
  watcher.scan = scan.number;
  append(scan.members, watcher);
}

// A scan that comes by soon, else a new one; when there may be no more, one that comes by at all.
CatchUp::Scan* CatchUp::choose(const Watcher& watcher) {
  Scan* nearest = nullptr;
  Scan* unused = nullptr;
  for (Scan& scan : scans_) {
    if (!scan.is_open) {
      if (unused == nullptr) unused = &scan;
    } else if (can_join(watcher, scan)) {
      if (nearest == nullptr || scan.position > nearest->position) nearest = &scan;
    }
  }
  const auto near = static_cast<std::int64_t>(context_.config.slice.rows_max);
  if (nearest != nullptr && watcher.cursor.value() - nearest->position.value() <= near) {
    return nearest;
  }
  return unused != nullptr ? unused : nearest;
}

// Once a slice is being read its keys are fixed.
bool CatchUp::can_join(const Watcher& watcher, const Scan& scan) {
  if (watcher.cursor < scan.position) return false;
  if (!scan.is_reading && !scan.has_slice) return true;
  const mvcc::KeyRange range = RangeIndex::range_of(*watcher.interest);
  if (range.begin_key() < scan.begin) return false;
  if (!scan.end) return true;
  switch (range.shape()) {
    case mvcc::KeyRange::Shape::single:
      return range.begin_key() < *scan.end;
    case mvcc::KeyRange::Shape::bounded:
      return range.end_key() <= *scan.end;
    case mvcc::KeyRange::Shape::open:
      return false;
  }
  return false;
}

Revision CatchUp::cursor_of(const Watcher& watcher, const Scan& scan) const {
  return std::max(watcher.cursor, scan.position);
}

// ---- One slice

// True when the scan can go on at once.
bool CatchUp::step(Scan& scan) {
  if (!scan.is_reading && !scan.has_slice) load(scan);
  if (scan.is_reading) return false;
  if (scan.members.empty()) {
    close(scan);
    return false;
  }
  if (scan.has_slice && !deliver(scan)) return false;
  if (scan.position <= context_.revision) return true;
  finish(scan);
  return false;
}

void CatchUp::load(Scan& scan) {
  drop_compacted(scan);
  if (scan.members.empty() || scan.position > context_.revision) return;
  if (scan.position < context_.ring.oldest()) return read_history(scan);
  scan.begin.clear();
  scan.end.reset();
  scan.is_from_history = false;
  scan.slice_end = context_.ring.copy(scan.position, context_.revision.next(),
                                      context_.config.slice, scan.slice);
  scan.has_slice = true;
}

// What was compacted may still be in the ring; only a watcher whose past is gone is ended.
void CatchUp::drop_compacted(Scan& scan) {
  const Revision compacted = context_.history.compacted();
  const Revision readable = std::min(compacted, context_.ring.oldest());
  if (scan.position >= readable) return;
  for (std::size_t i = scan.members.size(); i-- > 0;) {
    Watcher& watcher = *scan.members[i];
    if (cursor_of(watcher, scan) < readable) watcher.stream->end_compacted(watcher, compacted);
  }
  Revision first = context_.revision.next();
  for (const Watcher* watcher : scan.members) first = std::min(first, cursor_of(*watcher, scan));
  scan.position = first;
}

void CatchUp::read_history(Scan& scan) {
  set_bounds(scan);
  scan.is_reading = true;
  scan.is_from_history = true;
  const Revision to = std::min(context_.ring.oldest().prev(), context_.revision);
  context_.history.read(
      {scan.position, to, scan.begin, scan.end, context_.config.slice},
      [this, &scan](Result<HistorySlice> read) { arrived(scan, std::move(read)); });
}

// The smallest range that covers what the members watch.
void CatchUp::set_bounds(Scan& scan) {
  bool is_first = true;
  for (const Watcher* watcher : scan.members) {
    const mvcc::KeyRange range = RangeIndex::range_of(*watcher->interest);
    std::optional<std::string> end;
    if (range.shape() == mvcc::KeyRange::Shape::single) {
      end = std::string{range.begin_key()} + '\0';
    } else if (range.shape() == mvcc::KeyRange::Shape::bounded) {
      end = std::string{range.end_key()};
    }
    if (is_first || range.begin_key() < scan.begin) scan.begin = range.begin_key();
    if (is_first) {
      scan.end = std::move(end);
    } else if (!end || (scan.end && *scan.end < *end)) {
      scan.end = std::move(end);
    }
    is_first = false;
  }
}

void CatchUp::arrived(Scan& scan, Result<HistorySlice> read) {
  ENSURE(scan.is_reading);
  scan.is_reading = false;
  if (!read) {
    context_.failure = read.error();
    return;
  }
  ENSURE(read->end > scan.position);
  for (mvcc::RowPtr& row : read->rows) scan.slice.emplace_back(new Event{std::move(row)});
  scan.slice_end = read->end;
  scan.has_slice = true;
}

// How many events to match at a time, so that matches take little memory however many members there
// are: whole revisions, one at least.
std::size_t CatchUp::next_part(const Scan& scan) {
  std::size_t end = std::max<std::size_t>(kMatchesMax / scan.members.size(), 1);
  if (end >= scan.slice.size()) return scan.slice.size();
  while (end > 1 && scan.slice[end]->revision() == scan.slice[end - 1]->revision()) --end;
  while (end < scan.slice.size() &&
         scan.slice[end]->revision() == scan.slice[end - 1]->revision()) {
    ++end;
  }
  return end;
}

// False when previous rows are awaited.
bool CatchUp::deliver(Scan& scan) {
  const bool is_torn = scan.is_from_history && scan.position < context_.history.compacted();
  std::size_t done = scan.slice.size();
  if (!is_torn) {
    done = next_part(scan);
    Matcher& matcher = context_.matcher;
    matcher.match(std::span{scan.slice}.first(done), [&](const Watcher& watcher, Revision at) {
      return watcher.state == WatcherState::behind && watcher.scan == scan.number &&
             watcher.cursor <= at;
    });
    if (!context_.previous_rows.find(matcher.without_previous())) {
      matcher.clear();
      return false;
    }
    matcher.visit([this](Watcher& watcher, std::span<Event* const> events) {
      if (watcher.stream->is_full()) {
        watcher.stream->park(watcher, events.front()->revision());
      } else {
        watcher.stream->send_events(watcher, events, context_.revision);
      }
    });
    scan.position = done == scan.slice.size() ? scan.slice_end : scan.slice[done]->revision();
  }
  scan.slice.erase(scan.slice.begin(), scan.slice.begin() + static_cast<std::ptrdiff_t>(done));
  scan.has_slice = !scan.slice.empty();
  return true;
}

void CatchUp::finish(Scan& scan) {
  for (Watcher* watcher : scan.members) {
    watcher->cursor = cursor_of(*watcher, scan);
    watcher->place = Watcher::kNone;
    --size_;
    watcher->stream->synced(*watcher);
  }
  close(scan);
}

void CatchUp::close(Scan& scan) {
  scan.is_open = false;
  scan.has_slice = false;
  scan.members = {};
  scan.slice = {};
}

}  // namespace quorate::watch
