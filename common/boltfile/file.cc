#include "common/boltfile/file.h"

#include <utility>

#include "common/boltfile/cursor.h"
#include "common/boltfile/page_claims.h"
#include "common/crc32c.h"

namespace quorate::boltfile {
namespace {

Error damaged(const std::string& what) {
  return {Code::data_loss, what};
}

// Calls `visit` for the pairs of a bucket in order, until it fails.
template <class Visitor>
Status for_each(Cursor cursor, Visitor visit) {
  for (;;) {
    const auto pair = cursor.next();
    if (!pair) return pair.error();
    if (!*pair) return {};
    const Status visited = visit(**pair);
    if (!visited) return visited;
  }
}

}  // namespace

Result<File> File::open(const std::filesystem::path& path) {
  auto mapped = MappedFile::open(path);
  if (!mapped) return mapped.error();
  const auto meta = choose_meta(mapped->bytes());
  if (!meta) return meta.error();
  if (meta->high_water > kPagesMax) return damaged("the file claims to have too many pages");
  if (meta->high_water * meta->page_bytes > mapped->bytes().size()) {
    return damaged("the file is shorter than its pages");
  }
  return File{std::move(*mapped), *meta};
}

Result<std::string_view> File::page_span(PageId id, PageClaims* claims) const {
  const std::string where = "page " + std::to_string(id) + ": ";
  if (id < 2 || id >= page_count()) return damaged(where + "not a page of the file");
  const std::string_view from_here =
      mapped_.bytes().substr(id * page_bytes(), (page_count() - id) * page_bytes());
  const Head head = load_head(from_here);
  if (head.id != id) return damaged(where + "says it is page " + std::to_string(head.id));
  const std::uint64_t span = std::uint64_t{head.overflow} + 1;
  if (span > page_count() - id) return damaged(where + "reaches past the end of the file");
  if (claims != nullptr && !claims->claim(id, span)) {
    return damaged(where + "reachable more than once");
  }
  return from_here.substr(0, span * page_bytes());
}

Result<Page> File::page(PageId id, PageClaims* claims) const {
  const auto span = page_span(id, claims);
  if (!span) return span.error();
  auto page = Page::parse(*span);
  if (!page) return damaged("page " + std::to_string(id) + ": " + page.error().message);
  return page;
}

Result<std::optional<Bucket>> File::bucket(std::string_view name) const {
  const auto value = root().find(name);
  if (!value) return value.error();
  if (!*value) return std::optional<Bucket>{};
  auto bucket = bucket_of({name, **value, true});
  if (!bucket) return bucket.error();
  return std::optional<Bucket>{*bucket};
}

Result<Bucket> File::bucket_of(const Pair& pair) const {
  if (!pair.is_bucket) return damaged("a pair beside the buckets");
  if (pair.value.size() < kBucketHeadBytes) return damaged("a bucket's value is too short");
  const auto root = load<std::uint64_t>(pair.value, 0);
  return Bucket{*this, root, root == 0 ? pair.value.substr(kBucketHeadBytes) : std::string_view{}};
}

Status File::check() const {
  const auto claims = std::make_shared<PageClaims>(page_count());
  const Status walked = for_each(Cursor{root(), claims}, [&](const Pair& pair) -> Status {
    const auto bucket = bucket_of(pair);
    if (!bucket) return bucket.error();
    return for_each(Cursor{*bucket, claims}, [](const Pair& inner) -> Status {
      if (inner.is_bucket) return damaged("a bucket in a bucket");
      return {};
    });
  });
  if (!walked || meta_.freelist == kNoFreelist) return walked;
  return check_freelist(*claims);
}

Status File::check_freelist(PageClaims& claims) const {
  const auto span = page_span(meta_.freelist, &claims);
  if (!span) return span.error();
  const Head head = load_head(*span);
  if (head.flags != kFreelistFlag) return damaged("the freelist is not one");
  const std::string_view ids = span->substr(kHeadBytes);
  const bool is_long = head.count == kManyFreePages;
  const std::uint64_t count = is_long ? load<std::uint64_t>(ids, 0) : head.count;
  const std::uint64_t room = ids.size() / sizeof(PageId) - (is_long ? 1 : 0);
  if (count > room) return damaged("the freelist is longer than its page");
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto id = load<std::uint64_t>(ids, (i + (is_long ? 1 : 0)) * sizeof(PageId));
    const std::string where = "page " + std::to_string(id) + ": ";
    if (id < 2 || id >= page_count()) return damaged(where + "free, but not of the file");
    if (!claims.claim(id, 1)) return damaged(where + "free and in use");
  }
  for (PageId id = 2; id < page_count(); ++id) {
    if (!claims.has(id)) {
      return damaged("page " + std::to_string(id) + ": neither free nor in use");
    }
  }
  return {};
}

Result<File::Digest> File::digest() const {
  const auto claims = std::make_shared<PageClaims>(page_count());
  Digest digest;
  const auto add = [&digest](std::string_view bytes) { digest.crc = crc32c(digest.crc, bytes); };
  const Status walked = for_each(Cursor{root(), claims}, [&](const Pair& pair) -> Status {
    const auto bucket = bucket_of(pair);
    if (!bucket) return bucket.error();
    add(pair.key);
    return for_each(Cursor{*bucket, claims}, [&](const Pair& inner) -> Status {
      if (inner.is_bucket) return damaged("a bucket in a bucket");
      add(inner.key);
      add(inner.value);
      ++digest.pairs;
      return {};
    });
  });
  if (!walked) return walked.error();
  return digest;
}

}  // namespace quorate::boltfile
