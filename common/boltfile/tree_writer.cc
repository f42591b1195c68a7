#include "common/boltfile/tree_writer.h"

#include "common/ensure.h"

namespace quorate::boltfile {

void TreeWriter::add(std::uint32_t flags, std::string_view key, std::string_view value,
                     std::string& out) {
  shape_.add(key.size(), value.size(), [&](const ClosedPage& page) { write(page, out); });
  leaf_.add(flags, key, value);
}

void TreeWriter::finish(std::string& out) {
  shape_.finish([&](const ClosedPage& page) { write(page, out); });
}

void TreeWriter::write(const ClosedPage& page, std::string& out) {
  const PageId id = next_page_;
  const auto overflow = static_cast<std::uint32_t>(page.pages - 1);
  const std::size_t end = out.size() + page.pages * page_bytes_;
  std::string first_key;
  if (page.level == 0) {
    ENSURE(page.count == leaf_.count());
    first_key = leaf_.first_key();
    leaf_.write_page(id, overflow, out);
  } else {
    BranchBuffer& branch = branches_[page.level - 1];
    first_key = branch.first_key();
    branch.write_page(id, overflow, page.count, out);
  }
  ENSURE(out.size() <= end);
  ENSURE(out.size() + page_bytes_ > end);
  out.resize(end);
  if (branches_.size() == page.level) branches_.emplace_back();
  branches_[page.level].add(first_key, id);
  next_page_ += page.pages;
  root_ = id;
}

}  // namespace quorate::boltfile
