#include "server/net/http.h"

namespace quorate::net {

void Headers::add(std::string_view name, std::string_view value) {
  spans_.push_back({static_cast<std::uint32_t>(bytes_.size()),
                    static_cast<std::uint32_t>(name.size()),
                    static_cast<std::uint32_t>(value.size())});
  bytes_.append(name);
  bytes_.append(value);
}

const Headers::Span* Headers::locate(std::string_view name) const {
  for (const Span& span : spans_) {
    if (span.name_size == name.size() &&
        std::string_view{bytes_}.substr(span.at, span.name_size) == name) {
      return &span;
    }
  }
  return nullptr;
}

std::string_view Headers::find(std::string_view name) const {
  const Span* span = locate(name);
  if (span == nullptr) return {};
  return std::string_view{bytes_}.substr(span->at + span->name_size, span->value_size);
}

bool Headers::has(std::string_view name) const {
  return locate(name) != nullptr;
}

Headers::Field Headers::operator[](std::size_t index) const {
  const Span& span = spans_[index];
  const std::string_view all{bytes_};
  return {all.substr(span.at, span.name_size),
          all.substr(span.at + span.name_size, span.value_size)};
}

void Headers::clear() {
  bytes_.clear();
  spans_.clear();
}

}  // namespace quorate::net
