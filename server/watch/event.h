// One change as watchers are told of it: a row and its wire form, encoded once however many see it.
#pragma once

#include <cstddef>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "common/shared_bytes.h"
#include "server/mvcc/row.h"

namespace quorate::watch {

// Home: state thread.
class Event : public boost::intrusive_ref_counter<Event, boost::thread_unsafe_counter> {
 public:
  explicit Event(mvcc::RowPtr row) : row_{std::move(row)} {}

  [[nodiscard]] const mvcc::Row& row() const { return *row_; }
  [[nodiscard]] Revision revision() const { return row_->mod_revision(); }

  // Field `events` of a WatchResponse, tag and length included.
  [[nodiscard]] const SharedBytes& bytes();

  // The same with the key's previous row. It is looked for when the first watcher asks for it.
  enum class Previous : std::uint8_t { unknown, asked, known };
  [[nodiscard]] Previous previous() const { return previous_; }
  void previous_asked() { previous_ = Previous::asked; }
  void previous_failed() { previous_ = Previous::unknown; }  // may be asked for again
  void set_previous(const mvcc::Row* row);                   // null: there is none
  // Requires: previous() is known.
  [[nodiscard]] const SharedBytes& bytes_with_previous();

  // What it costs in memory so far.
  [[nodiscard]] std::size_t footprint() const;

 private:
  mvcc::RowPtr row_;
  SharedBytes bytes_;
  SharedBytes bytes_with_previous_;
  Previous previous_ = Previous::unknown;
};

// Shared by the ring, by slices of catch-up reads and by a fetch of previous rows under way.
using EventPtr = boost::intrusive_ptr<Event>;

}  // namespace quorate::watch
