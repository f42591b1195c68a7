// One line at the bottom of a terminal that says how far something is. Elsewhere it is not there.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace quorate::ctl {

class ProgressLine {
 public:
  // Shown on `err`, if standard error is a terminal. `err` outlives it.
  explicit ProgressLine(std::ostream& err);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Whether show() would change what is seen now: not more often than the eye can follow.
  [[nodiscard]] bool is_due() const;
  void show(const std::string& text);
  void clear();

 private:
  std::ostream& err_;
  const bool is_seen_;
  bool has_text_ = false;
  std::chrono::steady_clock::time_point next_{};
};

// "[=====     ] 50%": how much of `whole` is done.
[[nodiscard]] std::string progress_bar(std::uint64_t done, std::uint64_t whole);

}  // namespace quorate::ctl
