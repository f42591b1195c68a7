// A row as etcd's file has it: what hashes are made of and snapshots hold.
//
//   key    main as 8 bytes, '_', sub as 8 bytes, both big-endian; a tombstone has a 't' behind
//   value  mvccpb.KeyValue; of a tombstone the key only
#pragma once

#include <string>

#include "server/mvcc/row.h"

namespace quorate::mvcc {

void append_stored_key(const Row& row, std::string& out);
void append_stored_value(const Row& row, std::string& out);

// How long they will be.
[[nodiscard]] std::size_t stored_key_size(const Row::Fields& fields);
[[nodiscard]] std::size_t stored_value_size(const Row::Fields& fields, std::size_t key_bytes,
                                            std::size_t value_bytes);

}  // namespace quorate::mvcc
