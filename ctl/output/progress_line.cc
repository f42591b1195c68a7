#include "ctl/output/progress_line.h"

#include <algorithm>
#include <ostream>
#include <unistd.h>

#include <fmt/format.h>

#include "ctl/terminal.h"

namespace quorate::ctl {
namespace {

constexpr std::chrono::milliseconds kPauseBetween{100};
constexpr std::uint64_t kBarWidth = 30;
constexpr const char* kEmptyLine = "\r\x1b[K";  // ECMA-48: erase to the end of the line

}  // namespace

ProgressLine::ProgressLine(std::ostream& err) : err_{err}, is_seen_{is_terminal(STDERR_FILENO)} {}

bool ProgressLine::is_due() const {
  return is_seen_ && std::chrono::steady_clock::now() >= next_;
}

void ProgressLine::show(const std::string& text) {
  if (!is_due()) return;
  err_ << kEmptyLine << text << std::flush;
  has_text_ = true;
  next_ = std::chrono::steady_clock::now() + kPauseBetween;
}

void ProgressLine::clear() {
  if (has_text_) err_ << kEmptyLine << std::flush;
  has_text_ = false;
}

std::string progress_bar(std::uint64_t done, std::uint64_t whole) {
  const std::uint64_t part = whole == 0 ? 0 : std::min(done, whole);
  const std::uint64_t base = std::max<std::uint64_t>(whole, 1);
  return fmt::format("[{:<{}}] {}%", std::string(part * kBarWidth / base, '='), kBarWidth,
                     part * 100 / base);
}

}  // namespace quorate::ctl
