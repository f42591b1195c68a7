#include "server/mvcc/row.h"

#include <cstring>
#include <limits>
#include <new>

#include "common/ensure.h"

namespace quorate::mvcc {

Row::Row(const Fields& fields, std::string_view key, std::string_view value)
    : key_size_{static_cast<std::uint32_t>(key.size())},
      value_size_{static_cast<std::uint32_t>(value.size())},
      fields_{fields} {
  char* at = reinterpret_cast<char*>(this + 1);
  if (!key.empty()) std::memcpy(at, key.data(), key.size());
  if (!value.empty()) std::memcpy(at + key.size(), value.data(), value.size());
}

RowPtr RowPtr::make(const Row::Fields& fields, std::string_view key, std::string_view value) {
  ENSURE(key.size() <= std::numeric_limits<std::uint32_t>::max());
  ENSURE(value.size() <= std::numeric_limits<std::uint32_t>::max());
  void* memory = ::operator new(sizeof(Row) + key.size() + value.size());
  RowPtr pointer;
  pointer.row_ = new (memory) Row{fields, key, value};
  return pointer;
}

void RowPtr::release() noexcept {
  if (row_ == nullptr) return;
  if (--row_->owners_ > 0) return;
  row_->~Row();
  ::operator delete(const_cast<Row*>(row_));
}

}  // namespace quorate::mvcc
