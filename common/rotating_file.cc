#include "common/rotating_file.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>

#include "common/go_text.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;

class RotatingFile final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  RotatingFile(const std::string& path, const RotationLimits& limits, const Clock& clock)
      : path_{path}, limits_{limits}, clock_{clock} {
    open();
  }
  ~RotatingFile() override { close(); }

  [[nodiscard]] bool is_open() const { return file_ >= 0; }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (bytes_ > 0 && bytes_ + line.size() > limits_.bytes_max) rotate();
    write({line.data(), line.size()});
  }
  void flush_() override {}  // every line is written at once

  void open() {
    file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    const off_t end = file_ < 0 ? 0 : ::lseek(file_, 0, SEEK_END);
    bytes_ = end < 0 ? 0 : static_cast<std::uint64_t>(end);
  }
  void close() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }

  // A disk that is full or gone loses lines; the server goes on.
  void write(std::string_view line) {
    while (!line.empty()) {
      const ssize_t written = ::write(file_, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      bytes_ += static_cast<std::uint64_t>(written);
      line.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void rotate() {
    close();
    std::error_code ignored;  // if it cannot be moved, it goes on growing
    fs::rename(path_, backup_name(clock_.wall()), ignored);
    open();
    drop_backups();
  }

  // "dir/etcd-" and ".log": what stands before and behind the time in an old file's name.
  [[nodiscard]] std::string prefix() const {
    return (path_.parent_path() / path_.stem()).string() + '-';
  }
  [[nodiscard]] std::string suffix() const { return path_.extension().string(); }

  [[nodiscard]] std::string backup_name(Clock::Wall time) const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count();
    const std::time_t unix_time = Clock::Wall::clock::to_time_t(seconds);
    std::tm parts{};
    if (limits_.is_local_time) {
      ::localtime_r(&unix_time, &parts);
    } else {
      ::gmtime_r(&unix_time, &parts);
    }
    return fmt::format("{}{:04}-{:02}-{:02}T{:02}-{:02}-{:02}.{:03}{}", prefix(),
                       parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                       parts.tm_min, parts.tm_sec, ms, suffix());
  }

  // Names of old files, the newest first; they sort as the times in them do.
  [[nodiscard]] std::vector<std::string> backups() const {
    const std::size_t length = backup_name({}).size();
    const fs::path dir = path_.has_parent_path() ? path_.parent_path() : fs::path{"."};
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at{dir, error}, end; !error && at != end; at.increment(error)) {
      const std::string name = (path_.parent_path() / at->path().filename()).string();
      if (name.size() == length && name.starts_with(prefix()) && name.ends_with(suffix())) {
        names.push_back(name);
      }
    }
    std::sort(names.rbegin(), names.rend());
    return names;
  }

  void drop_backups() const {
    if (limits_.backups_max == 0 && limits_.age_max.count() == 0) return;
    const std::string oldest = backup_name(clock_.wall() - limits_.age_max);
    std::uint64_t kept = 0;
    for (const std::string& name : backups()) {
      const bool is_too_many = limits_.backups_max != 0 && kept >= limits_.backups_max;
      const bool is_too_old = limits_.age_max.count() != 0 && name < oldest;
      std::error_code ignored;
      if (is_too_many || is_too_old) {
        fs::remove(name, ignored);
      } else {
        ++kept;
      }
    }
  }

  const fs::path path_;
  const RotationLimits limits_;
  const Clock& clock_;
  int file_ = -1;  // owned
  std::uint64_t bytes_ = 0;
};

}  // namespace

Result<std::shared_ptr<spdlog::sinks::sink>> make_rotating_file(const std::string& path,
                                                                const RotationLimits& limits,
                                                                const Clock& clock) {
  auto file = std::make_shared<RotatingFile>(path, limits, clock);
  if (!file->is_open()) {
    return Error{Code::invalid_argument,
                 fmt::format("open sink {}: open {}: {}", go_quoted(path), path, go_errno(errno))};
  }
  return std::shared_ptr<spdlog::sinks::sink>{std::move(file)};
}

}  // namespace quorate
