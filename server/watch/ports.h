// What watching needs from outside: the store's history, and a client's stream to write to. The
// owner implements both. Everything is called on the state home, and every callback comes back
// there, inside the call or in a later turn.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/callback.h"
#include "common/result.h"
#include "server/mvcc/row.h"
#include "server/watch/event_ring.h"
#include "server/watch/outbox.h"

namespace quorate::watch {

// A piece of the past. Rows whose keys lie outside [begin, end) may be left out.
struct HistoryQuery {
  Revision from;
  Revision to;  // inclusive
  std::string begin;
  std::optional<std::string> end;  // nothing: no end
  SliceLimit limit;                // may be passed to keep the last revision whole
};

struct HistorySlice {
  std::vector<mvcc::RowPtr> rows;  // in the order of the history
  Revision end;                    // all that was asked for before this revision is in `rows`
};

// What happened in the store. It forgets the callbacks that it still owes when it is destroyed; it
// must not call back after the hub is gone.
class History {
 public:
  virtual ~History() = default;

  // Nothing older can be read any more; -1 when nothing was ever compacted.
  [[nodiscard]] virtual Revision compacted() const = 0;
  [[nodiscard]] virtual Term term() const = 0;

  // The row that a read of the key at the revision before `mod` finds; nothing when the key did not
  // exist then or that revision is compacted.
  [[nodiscard]] virtual std::optional<RowNumber> previous(std::string_view key,
                                                          Revision mod) const = 0;
  // Rows that previous() named, in the order asked for. Compaction spares them until they are read.
  using Rows = Callback<void(Result<std::vector<mvcc::RowPtr>>)>;
  virtual void fetch(std::vector<RowNumber> rows, Rows done) = 0;

  // Everything that was applied can be read, flushed or not. What is compacted meanwhile may be
  // missing. Requires of the answer: from < end <= to + 1.
  using Slice = Callback<void(Result<HistorySlice>)>;
  virtual void read(HistoryQuery query, Slice done) = 0;
};

// The answering half of one Watch call.
class StreamPort {
 public:
  virtual ~StreamPort() = default;
  // True: the client does not read what was sent. WatchStream::on_writable() says it goes on.
  [[nodiscard]] virtual bool is_backlogged() const = 0;
  // May lead to the stream's destruction before it returns.
  virtual void send(Frames frames) = 0;
  // Ends the call; nothing more is sent. Must not destroy the stream before it returns.
  virtual void fail(const Error& error) = 0;
};

}  // namespace quorate::watch
