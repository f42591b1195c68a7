#include "ctl/output/table.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <string_view>

#include "common/utf8.h"

namespace quorate::ctl {
namespace {

constexpr std::size_t kLineWidthMax = 30;
constexpr std::int64_t kOverlongPenalty = 100'000;

using Lines = std::vector<std::string>;

// In characters; bytes that are none count one each.
std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (; !text.empty(); ++width) text.remove_prefix(std::max<std::size_t>(utf8_length(text), 1));
  return width;
}

Lines split_words(std::string_view text) {
  Lines words{""};
  for (const char c : text) {
    if (c == ' ' || c == '\n') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

// Where to break so that the squares of the blanks left at the ends of lines add up to least, the
// last line not counting. Returns for each word the one behind its line, if a line begins with it.
std::vector<std::size_t> best_breaks(const Lines& words, std::size_t limit) {
  const std::size_t count = words.size();
  std::vector<std::int64_t> cost(count + 1, std::numeric_limits<std::int32_t>::max());
  std::vector<std::size_t> next(count, count);
  for (std::size_t first = count; first-- > 0;) {
    std::size_t width = 0;
    for (std::size_t last = first; last < count; ++last) {
      width += width_of(words[last]) + (last > first ? 1 : 0);
      const bool is_end = last + 1 == count;
      if (is_end && width > limit && first != last) break;
      const auto gap = static_cast<std::int64_t>(limit) - static_cast<std::int64_t>(width);
      std::int64_t total = is_end ? 0 : gap * gap + cost[last + 1];
      if (width > limit) total += kOverlongPenalty;
      if (total < cost[first] || (is_end && width <= limit)) {
        cost[first] = total;
        next[first] = last + 1;
      }
    }
  }
  return next;
}

Lines wrap(const std::string& text) {
  const Lines words = split_words(text);
  std::size_t limit = std::min(width_of(text), kLineWidthMax);
  for (const std::string& word : words) limit = std::max(limit, width_of(word));
  const auto next = best_breaks(words, limit);
  Lines lines;
  for (std::size_t first = 0; first < words.size(); first = next[first]) {
    std::string line = words[first];
    for (std::size_t i = first + 1; i < next[first]; ++i) line += ' ' + words[i];
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string heading(const std::string& name) {
  std::string text = name;
  for (char& c : text) {
    c = c == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

std::string to_the_right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, width_of(text)), ' ') + text;
}

std::string centred(const std::string& text, std::size_t width) {
  const std::size_t gap = width - width_of(text);
  return std::string(gap / 2, ' ') + text + std::string(gap - gap / 2, ' ');
}

std::string rule(const std::vector<std::size_t>& widths) {
  std::string line = "+";
  for (const std::size_t width : widths) line += std::string(width + 2, '-') + '+';
  return line + '\n';
}

// One row whose cells have several lines; the shorter ones are filled with blanks.
std::string draw_row(const std::vector<Lines>& cells, const std::vector<std::size_t>& widths) {
  std::size_t height = 0;
  for (const Lines& cell : cells) height = std::max(height, cell.size());
  std::string out;
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < cells.size(); ++x) {
      const std::string line = y < cells[x].size() ? cells[x][y] : "";
      out += "| " + to_the_right(line, widths[x]) + ' ';
    }
    out += "|\n";
  }
  return out;
}

}  // namespace

std::string draw(const Table& table) {
  std::vector<std::size_t> widths;
  for (const std::string& name : table.header) widths.push_back(width_of(name));
  std::vector<std::vector<Lines>> rows;
  for (const auto& row : table.rows) {
    std::vector<Lines>& cells = rows.emplace_back();
    for (std::size_t x = 0; x < row.size(); ++x) {
      cells.push_back(wrap(row[x]));
      for (const std::string& line : cells.back()) {
        widths[x] = std::max(widths[x], width_of(line));
      }
    }
  }
  std::string out = rule(widths);
  for (std::size_t x = 0; x < table.header.size(); ++x) {
    out += "| " + centred(heading(table.header[x]), widths[x]) + ' ';
  }
  out += "|\n" + rule(widths);
  for (const auto& cells : rows) out += draw_row(cells, widths);
  return out + rule(widths);
}

}  // namespace quorate::ctl
