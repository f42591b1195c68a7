#include "server/store/table_file.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <utility>

#include "common/stop_process.h"
#include "common/worker_thread.h"
#include "server/store/row_pipe.h"
#include "server/store/row_reader.h"
#include "server/store/snapshot_spool.h"
#include "server/store/table_writer.h"

namespace quorate::store {
namespace {

using Written = Callback<void(const replica::TableWritten&)>;

// Without an event for so many ticks, what is written is made durable, so that the log can be cut.
constexpr int kIdleTicks = 5;

struct Reader {
  Reader(const std::string& path, std::size_t number)
      : thread{"reader-" + std::to_string(number)}, rows{path} {}
  WorkerThread thread;
  RowReader rows;
  std::size_t under_way = 0;  // state home: requests not yet answered
};

}  // namespace

struct TableFile::State {
  State(const Options& options, Executor& executor, Log sink)
      : home{executor}, log{std::move(sink)}, writer{options} {
    path = options.path;
    for (std::size_t i = 0; i < std::max<std::size_t>(options.readers, 1); ++i) {
      readers.push_back(std::make_unique<Reader>(options.path, i));
    }
  }

  // ---- The state home's side

  void write(replica::TableBatch batch, Written written) {
    idle_ticks = 0;
    bool was_empty;
    {
      const std::lock_guard lock{mutex};
      was_empty = waiting.batches.empty();
      waiting.batches.push_back(std::move(batch));
      waiting.callbacks.push_back(std::move(written));
    }
    if (was_empty) thread.post([this] { write_waiting(); });
  }

  // `ask`: takes a RowReader, gives an Answer. The least busy reader does it.
  template <class Answer, class Ask>
  void read(Ask ask, Callback<void(Result<Answer>)> done) {
    Reader& reader = **std::min_element(
        readers.begin(), readers.end(),
        [](const auto& a, const auto& b) { return a->under_way < b->under_way; });
    ++reader.under_way;
    reader.thread.post([this, &reader, ask = std::move(ask), done = std::move(done)]() mutable {
      auto answer = guarded_read<Answer>([&] { return ask(reader.rows); });
      home.post([&reader, answer = std::move(answer), done = std::move(done)]() mutable {
        --reader.under_way;
        done(std::move(answer));
      });
    });
  }

  // ---- The other threads' side

  template <class Answer, class Ask>
  static Result<Answer> guarded_read(Ask&& ask) {
    try {
      return ask();
    } catch (const SqliteError& error) {
      return Error{Code::data_loss, std::string{"reading the table failed: "} + error.what()};
    }
  }

  // Everything that came while the last transaction was being written becomes the next one.
  void write_waiting() {
    Waiting now;
    {
      const std::lock_guard lock{mutex};
      std::swap(now, waiting);
    }
    guard([&] {
      const replica::TableWritten state = writer.write(now.batches);
      home.post([this, callbacks = std::move(now.callbacks), state]() mutable {
        if (on_commit) on_commit(state);
        for (auto& callback : callbacks) callback(state);
      });
      if (writer.wants_checkpoint()) checkpoint();
    });
  }

  void checkpoint() {
    const replica::TableWritten state = writer.checkpoint();
    home.post([this, state] {
      if (on_checkpoint) on_checkpoint(state);
    });
  }

  void rest() {
    guard([&] {
      const bool has_spare = writer.has_spare_pages();
      if (has_spare) writer.vacuum_slice();
      if (has_spare || !writer.is_synced()) checkpoint();
    });
  }

  void begin_defragment() {
    guard([&] { defragment_slice({writer.empty_pages(), std::chrono::steady_clock::now()}); });
  }

  struct Defragmentation {
    std::int64_t pages;  // to be given back; new ones are left to the next time
    std::chrono::steady_clock::time_point begun;
  };

  // One slice, then whatever was asked meanwhile, then the next one.
  void defragment_slice(Defragmentation rest) {
    if (rest.pages <= 0 || writer.empty_pages() == 0) return end_defragment(rest);
    writer.vacuum_slice();
    rest.pages -= TableWriter::kPagesPerSlice;
    if (writer.wants_checkpoint()) checkpoint();
    // By way of the state home, which alone knows whether the thread still takes work.
    home.post(
        [this, rest] { thread.post([this, rest] { guard([&] { defragment_slice(rest); }); }); });
  }

  void end_defragment(const Defragmentation& ended) {
    checkpoint();  // only now the file is shorter
    home.post([this, took = std::chrono::steady_clock::now() - ended.begun] {
      is_defragmenting = false;
      log.info("finished defragment", {{"took", std::chrono::nanoseconds{took}}});
      if (on_defragmented) on_defragmented(took);
    });
  }

  template <class Work>
  void guard(Work&& work) {
    try {
      work();
    } catch (const SqliteError& error) {
      stop_process(std::string{"writing the table failed: "} + error.what());
    }
  }

  struct Waiting {
    std::vector<replica::TableBatch> batches;
    std::vector<Written> callbacks;
  };

  Executor& home;
  Log log;
  TableWriter writer;  // home: the store's thread, once something is written
  // Guards `waiting`, which the state home fills while the store's thread writes: a queue of tasks
  // would make a transaction of each batch.
  std::mutex mutex;
  Waiting waiting;
  std::function<void(const replica::TableWritten&)> on_checkpoint;
  std::function<void(const replica::TableWritten&)> on_commit;
  std::vector<std::unique_ptr<Reader>> readers;
  std::function<void(std::chrono::nanoseconds)> on_snapshot;
  std::function<void(std::chrono::nanoseconds)> on_defragmented;
  std::string path;
  bool is_defragmenting = false;
  int idle_ticks = 0;
  WorkerThread thread{"store"};  // last: ends before what it works on
};

TableFile::TableFile(const Options& options, Executor& home, Log log)
    : state_{std::make_unique<State>(options, home, std::move(log))} {}

TableFile::~TableFile() {
  state_->thread.post([state = state_.get()] { state->rest(); });
  state_->thread.stop();
}

Loaded TableFile::load() {
  return state_->writer.load();
}

void TableFile::load_rows(const std::function<void(const mvcc::Row&)>& take) {
  RowPipe pipe;
  state_->thread.post([this, &pipe] {
    std::exception_ptr failure;
    try {
      state_->writer.load_rows([&pipe](mvcc::RowPtr row) { pipe.push(std::move(row)); });
    } catch (...) {
      failure = std::current_exception();
    }
    pipe.close(std::move(failure));
  });
  pipe.take_all(take);
}

replica::TableSize TableFile::size() {
  return state_->writer.size();
}

void TableFile::on_checkpoint(std::function<void(const replica::TableWritten&)> callback) {
  state_->on_checkpoint = std::move(callback);
}

void TableFile::on_commit(std::function<void(const replica::TableWritten&)> callback) {
  state_->on_commit = std::move(callback);
}

void TableFile::write(replica::TableBatch batch, Written written) {
  state_->write(std::move(batch), std::move(written));
}

void TableFile::read(std::vector<RowNumber> rows, RowsRead done) {
  state_->read<std::vector<mvcc::RowPtr>>(
      [rows = std::move(rows)](RowReader& reader) { return reader.read(rows); }, std::move(done));
}

void TableFile::scan(const replica::HistoryPart& part, RowsRead done) {
  state_->read<std::vector<mvcc::RowPtr>>([part](RowReader& reader) { return reader.scan(part); },
                                          std::move(done));
}

void TableFile::locate(Revision main, Callback<void(Result<RowNumber>)> done) {
  state_->read<RowNumber>([main](RowReader& reader) { return reader.locate(main); },
                          std::move(done));
}

std::unique_ptr<replica::SnapshotStream> TableFile::open_snapshot() {
  return std::make_unique<SnapshotSpool>(state_->path, state_->home, state_->on_snapshot);
}

void TableFile::defragment() {
  if (std::exchange(state_->is_defragmenting, true)) return;  // that is what is being done
  state_->log.info("starting defragment");
  state_->thread.post([state = state_.get()] { state->begin_defragment(); });
}

bool TableFile::is_defragmenting() const {
  return state_->is_defragmenting;
}

void TableFile::on_snapshot(std::function<void(std::chrono::nanoseconds)> callback) {
  state_->on_snapshot = std::move(callback);
}

void TableFile::on_defragmented(std::function<void(std::chrono::nanoseconds)> callback) {
  state_->on_defragmented = std::move(callback);
}

void TableFile::tick() {
  if (++state_->idle_ticks % kIdleTicks != 0) return;
  state_->thread.post([state = state_.get()] { state->rest(); });
}

}  // namespace quorate::store
