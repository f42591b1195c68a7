#include "common/boltfile/cursor.h"

namespace quorate::boltfile {
namespace {

// A tree this deep would hold more than any file: pages have two children at least.
constexpr std::size_t kLevelsMax = 64;

}  // namespace

Cursor::Cursor(const Bucket& bucket, std::shared_ptr<PageClaims> claims)
    : bucket_{bucket}, claims_{std::move(claims)} {}

Result<std::optional<Pair>> Cursor::next() {
  Status moved = has_begun_ ? Status{} : begin();
  if (moved && has_begun_ && !levels_.empty()) ++levels_.back().at;
  has_begun_ = true;
  if (moved && !levels_.empty() && levels_.back().at == levels_.back().page.count()) {
    moved = next_leaf();
  }
  if (!moved) {
    levels_.clear();
    return moved.error();
  }
  if (levels_.empty()) return std::optional<Pair>{};
  const auto& [page, at, from, end, is_bounded] = levels_.back();
  return std::optional<Pair>{{page.key(at), page.value(at), page.is_bucket(at)}};
}

Status Cursor::begin() {
  const auto root = bucket_.root_page(claims_.get());
  if (!root) return root.error();
  levels_.push_back({*root, 0, {}, {}, false});
  // An empty leaf may only be the root; a branch without children may not be at all.
  if (root->is_leaf()) return {};
  if (root->count() == 0) return Error{Code::data_loss, "a branch page without children"};
  return descend();
}

Status Cursor::push(const Page& page, const Level& bounds) {
  if (page.count() == 0) return Error{Code::data_loss, "a page without elements"};
  if (page.key(0) < bounds.from) {
    return Error{Code::data_loss, "a page begins before its parent says"};
  }
  if (bounds.is_bounded && page.key(page.count() - 1) >= bounds.end) {
    return Error{Code::data_loss, "a page ends behind what its parent says"};
  }
  if (levels_.size() == kLevelsMax) return Error{Code::data_loss, "too many levels of pages"};
  levels_.push_back({page, 0, bounds.from, bounds.end, bounds.is_bounded});
  return {};
}

Status Cursor::descend() {
  while (!levels_.back().page.is_leaf()) {
    const Level& above = levels_.back();
    const auto child = bucket_.file_->page(above.page.child(above.at), claims_.get());
    if (!child) return child.error();
    const bool has_next = above.at + 1 < above.page.count();
    const Level bounds{*child, 0, above.page.key(above.at),
                       has_next ? above.page.key(above.at + 1) : above.end,
                       has_next || above.is_bounded};
    const Status pushed = push(*child, bounds);
    if (!pushed) return pushed;
  }
  return {};
}

Status Cursor::next_leaf() {
  levels_.pop_back();
  while (!levels_.empty() && levels_.back().at + 1 == levels_.back().page.count()) {
    levels_.pop_back();
  }
  if (levels_.empty()) return {};
  ++levels_.back().at;
  return descend();
}

}  // namespace quorate::boltfile
