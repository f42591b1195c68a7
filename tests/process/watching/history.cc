#include "tests/process/watching/history.h"

#include <algorithm>
#include <functional>

#include "common/ensure.h"

namespace quorate::test {
namespace {

// Values are long; that they are the same is enough.
std::string short_form(const std::string& value) {
  return std::to_string(value.size()) + ":" + std::to_string(std::hash<std::string>{}(value));
}

bool is_within(const std::string& key, const etcdserverpb::WatchCreateRequest& watch) {
  if (watch.range_end().empty()) return key == watch.key();
  return key >= watch.key() &&
         (watch.range_end() == std::string(1, '\0') || key < watch.range_end());
}

bool is_wanted(const mvccpb::Event& event, const etcdserverpb::WatchCreateRequest& watch) {
  const auto unwanted = event.type() == mvccpb::Event::DELETE
                            ? etcdserverpb::WatchCreateRequest::NODELETE
                            : etcdserverpb::WatchCreateRequest::NOPUT;
  const auto& filters = watch.filters();
  return is_within(event.kv().key(), watch) &&
         std::find(filters.begin(), filters.end(), unwanted) == filters.end();
}

// Within a revision whose order nobody knows, any order will do.
template <class IsKnown>
void sort_unknown(std::vector<Told>& all, IsKnown is_known) {
  for (auto first = all.begin(); first != all.end();) {
    const auto last = std::find_if(
        first, all.end(), [&](const Told& each) { return each.revision != first->revision; });
    if (!is_known(first->revision)) {
      std::sort(first, last, [](const Told& x, const Told& y) { return x.event < y.event; });
    }
    first = last;
  }
}

}  // namespace

Told told(const mvccpb::Event& event, std::int64_t compacted) {
  const auto& kv = event.kv();
  Told out;
  out.revision = kv.mod_revision();
  out.event = (event.type() == mvccpb::Event::DELETE ? "delete " : "put ") + kv.key() + " " +
              short_form(kv.value()) + " created " + std::to_string(kv.create_revision()) +
              " version " + std::to_string(kv.version());
  if (event.has_prev_kv()) {
    out.previous = short_form(event.prev_kv().value()) + " of " +
                   std::to_string(event.prev_kv().mod_revision());
  }
  out.may_lack_previous = kv.mod_revision() <= compacted;
  return out;
}

void History::record(std::int64_t revision, std::vector<Change> changes, Order order) {
  ENSURE(revision > known_until_);
  const bool is_new = waiting_.emplace(revision, Waiting{std::move(changes), order}).second;
  ENSURE(is_new);  // no two writes have the same revision
  while (!waiting_.empty() && waiting_.begin()->first == known_until_ + 1) {
    auto [now, next] = *waiting_.begin();
    Entry entry{{}, next.order};
    for (const Change& change : next.changes) entry.events.push_back(apply(change, now));
    entries_.emplace(now, std::move(entry));
    waiting_.erase(waiting_.begin());
    known_until_ = now;
  }
}

mvccpb::Event History::apply(const Change& change, std::int64_t revision) {
  mvccpb::Event event;
  const auto before = state_.find(change.key);
  if (before != state_.end()) *event.mutable_prev_kv() = before->second;
  auto& kv = *event.mutable_kv();
  kv.set_key(change.key);
  kv.set_mod_revision(revision);
  if (change.is_deletion) {
    ENSURE(before != state_.end());
    event.set_type(mvccpb::Event::DELETE);
    state_.erase(before);
    return event;
  }
  const bool is_new = before == state_.end();
  kv.set_create_revision(is_new ? revision : before->second.create_revision());
  kv.set_version(is_new ? 1 : before->second.version() + 1);
  kv.set_value(change.value);
  state_[change.key] = kv;
  return event;
}

std::size_t History::count(const etcdserverpb::WatchCreateRequest& watch,
                           std::int64_t begin) const {
  std::size_t count = 0;
  for (auto entry = entries_.lower_bound(begin); entry != entries_.end(); ++entry) {
    for (const auto& event : entry->second.events) count += is_wanted(event, watch) ? 1 : 0;
  }
  return count;
}

std::string History::difference(const etcdserverpb::WatchCreateRequest& watch, std::int64_t begin,
                                std::int64_t end, std::vector<Told> seen) const {
  std::vector<Told> expected;
  for (auto entry = entries_.lower_bound(begin); entry != entries_.lower_bound(end); ++entry) {
    for (const auto& event : entry->second.events) {
      if (is_wanted(event, watch)) expected.push_back(told(event, 0));
    }
  }
  const auto is_known = [this](std::int64_t revision) {
    const auto entry = entries_.find(revision);
    return entry == entries_.end() || entry->second.order == Order::known;
  };
  sort_unknown(expected, is_known);
  sort_unknown(seen, is_known);
  for (std::size_t i = 0; i < std::max(seen.size(), expected.size()); ++i) {
    const std::string place = "event " + std::to_string(i) + ": ";
    const auto text = [](const Told& one) {
      return one.event + " at " + std::to_string(one.revision) + " was " + one.previous;
    };
    if (i >= seen.size()) return place + "missing: " + text(expected[i]);
    if (i >= expected.size()) return place + "never happened: " + text(seen[i]);
    const Told& a = seen[i];
    const Told& b = expected[i];
    const bool is_same_previous =
        watch.prev_kv() ? a.previous == b.previous || (a.previous.empty() && a.may_lack_previous)
                        : a.previous.empty();
    if (a.revision != b.revision || a.event != b.event || !is_same_previous) {
      return place + text(a) + " instead of " + text(b);
    }
  }
  return {};
}

}  // namespace quorate::test
