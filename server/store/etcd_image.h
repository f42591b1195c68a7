// The table as etcd's file has it: the same content in the same buckets.
//
//   key                    the rows: revisions, see mvcc/stored_form.h
//   meta, lease, ...       the small tables of the same names; the two numbers of meta as 8 bytes,
//                          big-endian
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/boltfile/image_writer.h"
#include "server/store/sqlite.h"

namespace quorate::store {

// Home: one thread. What it gives is of the moment when it was made. Failures throw SqliteError.
class EtcdImage {
 public:
  // Once `is_cancelled`, by any thread, the writer soon fails; it outlives the image.
  EtcdImage(const std::string& table_path, const std::atomic<bool>& is_cancelled);

  // Walks the table for the first time. Once.
  [[nodiscard]] Result<boltfile::ImageWriter> plan();

 private:
  const std::atomic<bool>& is_cancelled_;
  Database database_;
  Transaction transaction_;
  std::vector<std::unique_ptr<boltfile::PairSource>> sources_;
};

}  // namespace quorate::store
