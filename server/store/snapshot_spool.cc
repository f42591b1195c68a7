#include "server/store/snapshot_spool.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "server/store/etcd_image.h"

namespace quorate::store {
namespace {

// What etcd sends in one message.
constexpr std::size_t kPieceBytes = 32 * 1024;
constexpr std::size_t kWriteBytes = 256 * 1024;

}  // namespace

SnapshotSpool::SnapshotSpool(std::string table_path, Executor& home, Done done)
    : table_path_{std::move(table_path)}, home_{home}, done_{std::move(done)} {}

SnapshotSpool::~SnapshotSpool() {
  is_dropped_ = true;
  thread_.stop();
}

void SnapshotSpool::next(Callback<void(Result<Piece>)> done) {
  thread_.post([this, done = std::move(done)]() mutable {
    Result<Piece> piece = Piece{};
    if (const Status status = !file_.is_open() ? spool() : Status{}; !status) {
      piece = status.error();
    } else {
      piece = read_piece();
    }
    home_.post(
        [piece = std::move(piece), done = std::move(done)]() mutable { done(std::move(piece)); });
  });
}

Status SnapshotSpool::spool() {
  const auto directory = std::filesystem::path{table_path_}.parent_path();
  if (auto created = file_.create_in(directory); !created) return created;
  try {
    EtcdImage image{table_path_, is_dropped_};
    auto writer = image.plan();
    if (!writer) return writer.error();
    size_ = writer->image_bytes();
    if (auto fits = file_.check_room(size_); !fits) return fits;
    const auto write = [this](std::string_view chunk) {
      hash_.add(chunk);
      return file_.append(chunk);
    };
    return writer->write_to(write, kWriteBytes);
  } catch (const SqliteError& error) {
    return Error{Code::data_loss, std::string{"reading the table failed: "} + error.what()};
  }
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
  if (auto read = file_.read(given_, piece.bytes); !read) return read.error();
  given_ += piece.bytes.size();
  piece.remaining = size_ - given_;
  return piece;
}

}  // namespace quorate::store
