#include "common/boltfile/image_writer.h"

#include <optional>

#include "common/boltfile/format.h"
#include "common/boltfile/meta.h"
#include "common/boltfile/page_buffer.h"
#include "common/boltfile/tree_shape.h"
#include "common/boltfile/tree_writer.h"
#include "common/ensure.h"

namespace quorate::boltfile {
namespace {

Error cannot_hold(const std::string& bucket, const char* what) {
  return {Code::internal, "bucket " + bucket + ": " + what};
}

Status check_size(const std::string& bucket, std::size_t key_bytes, std::size_t value_bytes) {
  if (key_bytes == 0) return cannot_hold(bucket, "an empty key");
  if (key_bytes > kKeyBytesMax) return cannot_hold(bucket, "a key is too long");
  if (value_bytes > kValueBytesMax) return cannot_hold(bucket, "a value is too long");
  return {};
}

std::string bucket_head(PageId root) {
  std::string head;
  append(root, head);
  append(std::uint64_t{0}, head);
  return head;
}

// What the first walk found out about a bucket.
struct BucketPlan {
  bool is_inline = false;
  std::uint64_t leaf_bytes = 0;
  std::uint64_t pages = 0;
};

Result<BucketPlan> plan_bucket(const ImageWriter::BucketSource& bucket, std::uint32_t page_bytes) {
  BucketPlan plan;
  const auto count = [&plan](const ClosedPage& page) { plan.pages += page.pages; };
  TreeShape shape{page_bytes};
  for (;;) {
    const auto size = bucket.pairs->next_size();
    if (!size) return size.error();
    if (!*size) break;
    const Status fits = check_size(bucket.name, (*size)->key_bytes, (*size)->value_bytes);
    if (!fits) return fits.error();
    shape.add((*size)->key_bytes, (*size)->value_bytes, count);
  }
  plan.leaf_bytes = shape.leaf_bytes();
  // A quarter of a page is bbolt's limit.
  plan.is_inline = kHeadBytes + plan.leaf_bytes <= page_bytes / 4;
  if (!plan.is_inline) shape.finish(count);
  return plan;
}

}  // namespace

struct ImageWriter::State {
  std::vector<BucketSource> buckets;
  Options options;
  std::vector<BucketPlan> plans;
  std::uint64_t page_count = 0;
  PageId root = 0;

  std::string out;        // made and not yet taken
  std::size_t taken = 0;  // of its bytes
  bool has_metas = false;
  std::optional<Error> failed;

  PageId next_page = 2;
  std::size_t current = 0;          // bucket; all of them: the tree of buckets is next
  std::optional<TreeWriter> tree;   // of the current bucket, unless it is inline
  LeafBuffer inline_pairs;          // of the current bucket, if it is
  std::string last_key;             // of the current bucket
  std::vector<std::string> values;  // of the buckets done
  bool is_complete = false;

  [[nodiscard]] std::uint64_t image_bytes() const { return page_count * options.page_bytes; }
  Status plan();
  // Makes some more of the image.
  Status step();
  void write_metas();
  Status step_bucket();
  Status add(const PairSource::Entry& entry);
  Status finish_bucket();
  Status write_root();
  [[nodiscard]] Error has_changed() const {
    return cannot_hold(buckets[current].name, "not the same as when it was measured");
  }
};

Status ImageWriter::State::plan() {
  std::uint64_t pages = 2;
  std::uint64_t last_pages = 0;
  const auto count = [&](const ClosedPage& page) {
    pages += page.pages;
    last_pages = page.pages;
  };
  TreeShape shape{options.page_bytes};
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    ENSURE(i == 0 || buckets[i - 1].name < buckets[i].name);
    const auto planned = plan_bucket(buckets[i], options.page_bytes);
    if (!planned) return planned.error();
    plans.push_back(*planned);
    pages += planned->is_inline ? 0 : planned->pages;
    const std::size_t inline_bytes =
        planned->is_inline ? kHeadBytes + static_cast<std::size_t>(planned->leaf_bytes) : 0;
    const Status fits = check_size(buckets[i].name, buckets[i].name.size(), 0);
    if (!fits) return fits;
    shape.add(buckets[i].name.size(), kBucketHeadBytes + inline_bytes, count);
  }
  shape.finish(count);
  page_count = pages;
  root = pages - last_pages;
  return {};
}

Status ImageWriter::State::step() {
  if (!has_metas) {
    write_metas();
    return {};
  }
  if (current < buckets.size()) return step_bucket();
  return write_root();
}

void ImageWriter::State::write_metas() {
  Meta meta;
  meta.page_bytes = options.page_bytes;
  meta.root = root;
  meta.high_water = page_count;
  meta.transaction = options.transaction;
  out += make_meta_page(0, meta);
  --meta.transaction;
  out += make_meta_page(1, meta);
  has_metas = true;
}

Status ImageWriter::State::step_bucket() {
  const BucketSource& bucket = buckets[current];
  if (!plans[current].is_inline && !tree) tree.emplace(options.page_bytes, next_page);
  const auto entry = bucket.pairs->next();
  if (!entry) return entry.error();
  return *entry ? add(**entry) : finish_bucket();
}

Status ImageWriter::State::add(const PairSource::Entry& entry) {
  const std::string& name = buckets[current].name;
  const Status fits = check_size(name, entry.key.size(), entry.value.size());
  if (!fits) return fits;
  if (entry.key <= last_key) return cannot_hold(name, "keys out of order");
  last_key = entry.key;
  if (!tree) {
    inline_pairs.add(0, entry.key, entry.value);
    return {};
  }
  tree->add(0, entry.key, entry.value, out);
  // Noticed at once, not at the end: whoever reads the stream was told its size.
  if (tree->next_page() - next_page > plans[current].pages) return has_changed();
  return {};
}

Status ImageWriter::State::finish_bucket() {
  const BucketPlan& plan = plans[current];
  std::string value;
  if (tree) {
    tree->finish(out);
    const std::uint64_t pages = tree->next_page() - next_page;
    if (pages != plan.pages) return has_changed();
    value = bucket_head(tree->root());
    next_page = tree->next_page();
    tree.reset();
  } else {
    value = bucket_head(0);
    inline_pairs.write_page(0, 0, value);
    if (value.size() != kBucketHeadBytes + kHeadBytes + plan.leaf_bytes) {
      return has_changed();
    }
  }
  values.push_back(std::move(value));
  last_key.clear();
  ++current;
  return {};
}

Status ImageWriter::State::write_root() {
  TreeWriter writer{options.page_bytes, next_page};
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    writer.add(kBucketFlag, buckets[i].name, values[i], out);
  }
  writer.finish(out);
  ENSURE(writer.next_page() == page_count);
  ENSURE(writer.root() == root);
  is_complete = true;
  return {};
}

ImageWriter::ImageWriter(std::unique_ptr<State> state) : state_{std::move(state)} {}
ImageWriter::~ImageWriter() = default;
ImageWriter::ImageWriter(ImageWriter&&) noexcept = default;
ImageWriter& ImageWriter::operator=(ImageWriter&&) noexcept = default;

Result<ImageWriter> ImageWriter::plan(std::vector<BucketSource> buckets) {
  return plan(std::move(buckets), Options{});
}

Result<ImageWriter> ImageWriter::plan(std::vector<BucketSource> buckets, const Options& options) {
  ENSURE(options.transaction > 0);
  auto state = std::make_unique<State>();
  state->buckets = std::move(buckets);
  state->options = options;
  const Status planned = state->plan();
  if (!planned) return planned.error();
  return ImageWriter{std::move(state)};
}

std::uint64_t ImageWriter::image_bytes() const {
  return state_->image_bytes();
}

Result<std::string_view> ImageWriter::next(std::size_t bytes) {
  ENSURE(bytes > 0);
  State& state = *state_;
  if (state.failed) return *state.failed;
  while (!state.is_complete && state.out.size() - state.taken < bytes) {
    state.out.erase(0, state.taken);
    state.taken = 0;
    const Status stepped = state.step();
    if (!stepped) {
      state.failed = stepped.error();
      return stepped.error();
    }
  }
  const auto chunk = std::string_view{state.out}.substr(state.taken, bytes);
  state.taken += chunk.size();
  return chunk;
}

Status ImageWriter::write_to(Sink sink, std::size_t chunk_bytes) {
  for (;;) {
    const auto chunk = next(chunk_bytes);
    if (!chunk) return chunk.error();
    if (chunk->empty()) return {};
    const Status taken = sink(*chunk);
    if (!taken) return taken;
  }
}

}  // namespace quorate::boltfile
