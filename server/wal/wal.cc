#include "server/wal/wal.h"

#include <atomic>
#include <future>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "common/worker_thread.h"
#include "server/wal/directory.h"
#include "server/wal/recover.h"
#include "server/wal/unsynced_disk.h"
#include "server/wal/writer.h"

namespace quorate::wal {
namespace {

// A group takes no further batch once it has this much: those in it are waiting.
constexpr std::size_t kGroupBytesMax = std::size_t{4} << 20;

struct Unit {
  raft::Persist batch;
  Callback<void(const WriteStats&)> durable;
};

std::size_t payload_bytes(const raft::Persist& batch) {
  std::size_t total = 0;
  for (const auto& entry : batch.entries) total += entry.data.size();
  return total;
}

}  // namespace

// Home: wal thread, except what says otherwise.
struct Wal::State : std::enable_shared_from_this<Wal::State> {
  State(const Surroundings& given, const Options& chosen)
      : around{given},
        options{chosen},
        unsynced{given.disk},
        disk{chosen.sync == Sync::off ? static_cast<Disk&>(unsynced) : given.disk} {}

  Surroundings around;
  Options options;
  UnsyncedDisk unsynced;
  Disk& disk;
  std::unique_ptr<DiskLock> lock;
  std::optional<Writer> writer;
  std::vector<std::unique_ptr<Unit>> waiting;  // bounded by what Raft leaves uncommitted
  bool flush_is_posted = false;
  bool prepare_is_posted = false;
  bool recycle_is_posted = false;
  bool has_failed = false;
  bool is_closing = false;
  // Written by the wal thread, read by the home.
  std::atomic<std::uint64_t> disk_bytes{0};
  std::atomic<std::uint64_t> appends_done{0};
  std::uint64_t appends_asked = 0;  // home's
  // Last: its destructor ends the thread before the rest goes.
  std::unique_ptr<WorkerThread> own_thread;

  void start(Writer::Start from) { writer.emplace(disk, around.clock, options, std::move(from)); }

  // The log is open: from here on the writer is the wal thread's.
  void run() {
    disk_bytes = writer->disk_bytes();
    if (around.worker != nullptr) return;
    own_thread = std::make_unique<WorkerThread>("wal");
    around.worker = own_thread.get();
  }

  template <void (State::*method)()>
  void post() {
    around.worker->post([self = shared_from_this()] { (self.get()->*method)(); });
  }

  void take(std::unique_ptr<Unit> unit) {
    waiting.push_back(std::move(unit));
    if (!std::exchange(flush_is_posted, true)) post<&State::flush>();
  }

  // Posted behind what was posted before: so it finds all that came while a group was written.
  void flush() {
    flush_is_posted = false;
    write_group();
    if (is_closing || has_failed) return;
    if (!waiting.empty() && !std::exchange(flush_is_posted, true)) post<&State::flush>();
    keep_a_spare();
  }

  std::vector<std::unique_ptr<Unit>> take_group() {
    std::size_t count = 0;
    std::size_t bytes = 0;
    while (count < waiting.size() && bytes < kGroupBytesMax) {
      bytes += payload_bytes(waiting[count++]->batch);
    }
    const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<std::unique_ptr<Unit>> group{std::make_move_iterator(waiting.begin()),
                                             std::make_move_iterator(end)};
    waiting.erase(waiting.begin(), end);
    return group;
  }

  void write_group() {
    if (waiting.empty() || has_failed) return;
    const auto group = take_group();
    std::vector<const raft::Persist*> batches;
    batches.reserve(group.size());
    for (const auto& unit : group) batches.push_back(&unit->batch);
    const auto stats = writer->write(batches);
    if (!stats) return fail(stats.error());
    disk_bytes = writer->disk_bytes();
    appends_done += group.size();
    complete(group, *stats);
  }

  void complete(const std::vector<std::unique_ptr<Unit>>& group, const WriteStats& stats) {
    std::vector<Callback<void(const WriteStats&)>> durable;
    durable.reserve(group.size());
    for (const auto& unit : group) durable.push_back(std::move(unit->durable));
    around.home.post([durable = std::move(durable), cost = WriteStats{stats}]() mutable {
      for (auto& tell : durable) tell(std::exchange(cost, {}));
    });
  }

  void release(Index index) {
    if (has_failed) return;
    writer->release(index);
    recycle_what_is_useless();
  }

  void recycle_what_is_useless() {
    if (!writer->has_useless_segment() || std::exchange(recycle_is_posted, true)) return;
    post<&State::recycle_oldest>();
  }

  // Between groups, a segment at a time.
  void recycle_oldest() {
    recycle_is_posted = false;
    if (is_closing || has_failed) return;
    if (auto recycled = writer->recycle_oldest(); !recycled) return fail(recycled.error());
    disk_bytes = writer->disk_bytes();
    recycle_what_is_useless();
  }

  void keep_a_spare() {
    if (!writer->wants_spare() || std::exchange(prepare_is_posted, true)) return;
    post<&State::prepare_spare>();
  }

  // Between groups, a slice at a time.
  void prepare_spare() {
    prepare_is_posted = false;
    if (is_closing || has_failed) return;
    if (auto prepared = writer->prepare_spare(); !prepared) {
      around.log.warn("could not prepare the next log segment; it is tried again when needed",
                      {{"error", prepared.error().message}});
    }
    disk_bytes = writer->disk_bytes();
    keep_a_spare();
  }

  void fail(const Error& error) {
    has_failed = true;
    around.stop("the log could not be written, what the disk holds is unknown: " + error.message);
  }

  // Everything that waits, and nothing is posted afterwards.
  void close() {
    while (!waiting.empty() && !has_failed) write_group();
    is_closing = true;
  }
};

namespace {

std::filesystem::path parent_of(std::filesystem::path dir) {
  if (!dir.has_filename()) dir = dir.parent_path();  // "wal/"
  return dir.has_parent_path() ? dir.parent_path() : ".";
}

// Spares of a log that was removed carry stamps newer than those of the log that begins.
Status prepare_directory(Disk& disk, const std::filesystem::path& dir) {
  auto directory = read_directory(disk, dir);
  if (!directory) return directory.error();
  if (!directory->segments.empty()) {
    return Error{Code::already_exists, "there is a log in " + dir.string()};
  }
  for (const auto& spare : directory->spares) {
    if (auto removed = disk.remove(dir / spare_name(spare.slot)); !removed) return removed;
  }
  return {};
}

}  // namespace

Wal::Wal(std::shared_ptr<State> state) : state_{std::move(state)} {}

bool Wal::exists(Disk& disk, const std::filesystem::path& dir) {
  const auto directory = read_directory(disk, dir);
  if (!directory) return directory.error().code != Code::not_found;
  return !directory->segments.empty();
}

Result<std::unique_ptr<Wal>> Wal::create(const Surroundings& around, const Options& options,
                                         const Identity& identity) {
  auto state = std::make_shared<State>(around, options);
  auto& disk = state->disk;
  if (auto made = disk.make_dir(options.dir); !made) return made.error();
  if (auto synced = disk.sync_dir(parent_of(options.dir)); !synced) return synced.error();
  auto lock = disk.lock(lock_path(options.dir));
  if (!lock) return lock.error();
  state->lock = std::move(*lock);
  if (auto ready = prepare_directory(disk, options.dir); !ready) return ready.error();
  Writer::Start start;
  start.identity = identity;
  state->start(std::move(start));
  if (auto begun = state->writer->begin_segment(); !begun) return begun.error();
  state->run();
  return std::unique_ptr<Wal>{new Wal{std::move(state)}};
}

Result<Wal::Opened> Wal::open(const Surroundings& around, const Options& options) {
  auto state = std::make_shared<State>(around, options);
  // Before the lock, which makes a file where there may be no log.
  const auto directory = read_directory(state->disk, options.dir);
  if (!directory) return directory.error();
  if (directory->segments.empty()) {
    return Error{Code::not_found, "there is no log in " + options.dir.string()};
  }
  auto lock = state->disk.lock(lock_path(options.dir));
  if (!lock) return lock.error();
  state->lock = std::move(*lock);
  auto recovered = recover(state->disk, options.dir);
  if (!recovered) return recovered.error();
  state->start(std::move(recovered->start));
  state->run();
  return Opened{.wal = std::unique_ptr<Wal>{new Wal{std::move(state)}},
                .contents = std::move(recovered->contents)};
}

Wal::~Wal() {
  if (state_->own_thread == nullptr) return;
  std::promise<void> closed;
  state_->own_thread->post([&] {
    state_->close();
    closed.set_value();
  });
  closed.get_future().wait();
  state_->own_thread->stop();
}

void Wal::append(raft::Persist batch, Callback<void(const WriteStats&)> durable) {
  home_.check();
  ++state_->appends_asked;
  auto unit = std::make_unique<Unit>(Unit{std::move(batch), std::move(durable)});
  state_->around.worker->post(
      [state = state_, unit = std::move(unit)]() mutable { state->take(std::move(unit)); });
}

void Wal::release(Index index) {
  home_.check();
  state_->around.worker->post([state = state_, index] { state->release(index); });
}

std::uint64_t Wal::disk_bytes() const {
  home_.check();
  return state_->disk_bytes;
}

void Wal::dump(std::ostream& out) const {
  home_.check();
  out << "wal dir=" << state_->options.dir.string() << " appends=" << state_->appends_asked
      << " done=" << state_->appends_done << " disk_bytes=" << state_->disk_bytes << "\n";
}

}  // namespace quorate::wal
