// Single questions to a bucket: one page per level, so no page can be met more often than the tree
// is deep.
#include "common/boltfile/cursor.h"
#include "common/boltfile/file.h"

namespace quorate::boltfile {
namespace {

constexpr int kLevelsMax = 64;

Error too_deep() {
  return {Code::data_loss, "too many levels of pages"};
}

}  // namespace

Cursor Bucket::cursor() const {
  return {*this, std::make_shared<PageClaims>(file_->page_count())};
}

Result<Page> Bucket::root_page(PageClaims* claims) const {
  if (root_ != 0) return file_->page(root_, claims);
  auto page = Page::parse(inline_page_);
  if (!page) return Error{Code::data_loss, "an inline bucket: " + page.error().message};
  if (!page->is_leaf()) return Error{Code::data_loss, "an inline bucket that is no leaf"};
  return page;
}

Result<std::optional<std::string_view>> Bucket::find(std::string_view key) const {
  auto page = root_page(nullptr);
  for (int level = 0; level < kLevelsMax; ++level) {
    if (!page) return page.error();
    const std::uint32_t at = page->lower_bound(key);
    const bool is_here = at < page->count() && page->key(at) == key;
    if (page->is_leaf()) {
      if (!is_here) return std::optional<std::string_view>{};
      return std::optional{page->value(at)};
    }
    // Everything before the first child's key is nowhere.
    if (at == 0 && !is_here) return std::optional<std::string_view>{};
    page = file_->page(page->child(is_here ? at : at - 1), nullptr);
  }
  return too_deep();
}

Result<std::optional<Pair>> Bucket::last() const {
  auto page = root_page(nullptr);
  for (int level = 0; level < kLevelsMax; ++level) {
    if (!page) return page.error();
    if (page->count() == 0) {
      if (level == 0 && page->is_leaf()) return std::optional<Pair>{};
      return Error{Code::data_loss, "a page without elements"};
    }
    const std::uint32_t at = page->count() - 1;
    if (page->is_leaf()) {
      return std::optional<Pair>{{page->key(at), page->value(at), page->is_bucket(at)}};
    }
    page = file_->page(page->child(at), nullptr);
  }
  return too_deep();
}

}  // namespace quorate::boltfile
