#include "ctl/cli/words.h"

#include "ctl/cli/go_literal.h"

namespace quorate::ctl {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

// Where the "..." that `text` begins with ends, both quotes included; npos when nothing closes it.
std::size_t double_quoted_size(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    const bool is_escape = text[i] == '\\' && i + 1 < text.size() && text[i + 1] != '\n';
    if (is_escape) ++i;
  }
  return std::string_view::npos;
}

std::size_t single_quoted_size(std::string_view text) {
  const auto end = text.find('\'', 1);
  return end == std::string_view::npos ? end : end + 1;
}

// A bare word goes on to the next blank.
std::size_t bare_size(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && !is_blank(text[size])) ++size;
  return size;
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  while (!line.empty()) {
    const char first = line.front();
    std::size_t size = 1;
    if (first == '"' && (size = double_quoted_size(line)) != std::string_view::npos) {
      std::size_t used = 0;
      if (!unquote_prefix(line, words.emplace_back(), used)) {
        return Error{Code::invalid_argument, "invalid syntax"};
      }
    } else if (first == '\'' && (size = single_quoted_size(line)) != std::string_view::npos) {
      words.emplace_back(line.substr(1, size - 2));
    } else if (is_blank(first) || first == '"' || first == '\'') {
      size = 1;  // between words, or a quote that nothing closes
    } else {
      size = bare_size(line);
      words.emplace_back(line.substr(0, size));
    }
    line.remove_prefix(size);
  }
  return words;
}

}  // namespace quorate::ctl
