#include "server/store/snapshot_spool.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdlib.h>
#include <unistd.h>
#include <utility>

#include "server/store/etcd_image.h"

namespace quorate::store {
namespace {

// What etcd sends in one message.
constexpr std::size_t kPieceBytes = 32 * 1024;
constexpr std::size_t kWriteBytes = 256 * 1024;

Error system_error(const char* what) {
  return {Code::unknown, std::string{what} + " the snapshot failed: " + std::strerror(errno)};
}

}  // namespace

SnapshotSpool::SnapshotSpool(std::string table_path, Executor& home, Done done)
    : table_path_{std::move(table_path)}, home_{home}, done_{std::move(done)} {}

SnapshotSpool::~SnapshotSpool() {
  is_dropped_ = true;
  thread_.stop();
  if (file_ >= 0) ::close(file_);
}

void SnapshotSpool::next(Callback<void(Result<Piece>)> done) {
  thread_.post([this, done = std::move(done)]() mutable {
    Result<Piece> piece = Piece{};
    if (const Status status = file_ < 0 ? spool() : Status{}; !status) {
      piece = status.error();
    } else {
      piece = read_piece();
    }
    home_.post(
        [piece = std::move(piece), done = std::move(done)]() mutable { done(std::move(piece)); });
  });
}

Status SnapshotSpool::spool() {
  std::string path = table_path_ + "-snapshot-XXXXXX";
  file_ = ::mkstemp(path.data());
  if (file_ < 0) return system_error("creating a file for");
  ::unlink(path.c_str());
  try {
    EtcdImage image{table_path_, is_dropped_};
    auto writer = image.plan();
    if (!writer) return writer.error();
    size_ = writer->image_bytes();
    return writer->write_to([this](std::string_view chunk) { return write(chunk); }, kWriteBytes);
  } catch (const SqliteError& error) {
    return Error{Code::data_loss, std::string{"reading the table failed: "} + error.what()};
  }
}

Status SnapshotSpool::write(std::string_view bytes) {
  hash_.add(bytes);
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("writing");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<replica::SnapshotStream::Piece> SnapshotSpool::read_piece() {
  Piece piece;
  if (given_ == size_) {
    if (!std::exchange(has_trailer_, false)) return piece;
    const auto digest = hash_.finish();
    piece.bytes.assign(reinterpret_cast<const char*>(digest.data()), digest.size());
    const auto took = std::chrono::steady_clock::now() - begun_;
    if (done_) home_.post([done = done_, took] { done(took); });
    return piece;
  }
  piece.bytes.resize(std::min<std::uint64_t>(kPieceBytes, size_ - given_));
  std::size_t filled = 0;
  while (filled < piece.bytes.size()) {
    const ssize_t count = ::pread(file_, piece.bytes.data() + filled, piece.bytes.size() - filled,
                                  static_cast<off_t>(given_ + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return system_error("reading");
    filled += static_cast<std::size_t>(count);
  }
  given_ += filled;
  piece.remaining = size_ - given_;
  return piece;
}

}  // namespace quorate::store
