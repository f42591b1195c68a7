// What operators ask of the table's file beside its daily work. An edge implements it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/callback.h"
#include "common/result.h"

namespace quorate::replica {

// A copy of everything the file holds, of one moment, as etcd's snapshot file. Dropping it gives up
// what is under way. Home: state thread.
class SnapshotStream {
 public:
  struct Piece {
    std::string bytes;            // empty: there are no more
    std::uint64_t remaining = 0;  // of the image, behind this piece
  };

  virtual ~SnapshotStream() = default;
  // The pieces of the image, then its SHA-256 as a piece of its own. Called back on the state home.
  // Requires: the piece before has come.
  virtual void next(Callback<void(Result<Piece>)> done) = 0;
};

class MaintenancePort {
 public:
  virtual ~MaintenancePort() = default;
  [[nodiscard]] virtual std::unique_ptr<SnapshotStream> open_snapshot() = 0;
  // Gives the pages that are empty now back to the file system, in slices between other work.
  virtual void defragment() = 0;
};

}  // namespace quorate::replica
