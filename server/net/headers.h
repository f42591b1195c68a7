// The header fields of a request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::net {

// Header fields in order of arrival; names in lower case. Kept in one buffer.
class Headers {
 public:
  void add(std::string_view name, std::string_view value);
  // The first value of that name; empty when there is none.
  [[nodiscard]] std::string_view find(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  void clear();

  struct Field {
    std::string_view name;
    std::string_view value;
  };
  [[nodiscard]] std::size_t size() const { return spans_.size(); }
  [[nodiscard]] Field operator[](std::size_t index) const;
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

 private:
  struct Span {
    std::uint32_t at;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };
  [[nodiscard]] const Span* locate(std::string_view name) const;

  std::string bytes_;
  std::vector<Span> spans_;
};

}  // namespace quorate::net
