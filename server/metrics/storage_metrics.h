// Disks, the store of keys, leases, and the v2 tree.
#pragma once

#include "server/metrics/registry.h"

namespace quorate::metrics {

// Names: etcd_disk_<field>, durations with _seconds behind.
struct Disk {
  explicit Disk(Registry& registry);

  // ---- Updated by the wal home.
  Histogram wal_fsync_duration;
  Histogram wal_write_duration;
  Gauge wal_write_bytes;  // .._total

  // ---- Updated by the store home.
  Histogram backend_commit_duration;
  Histogram backend_commit_rebalance_duration;  // etcd_debugging_disk_..: parts of a commit in
  Histogram backend_commit_spill_duration;      // bbolt; nothing is observed here but
  Histogram backend_commit_write_duration;      // the write
  Histogram backend_defrag_duration;
  Histogram backend_snapshot_duration;  // a backup stream's; by the reader that makes it
  Gauge defrag_inflight;                // 0 or 1
};

// Snapshots of the raft log and those that arrive as files. Names: etcd_snap_<field>_seconds.
struct Snap {
  explicit Snap(Registry& registry);

  // ---- Updated by the peer side that receives one.
  Histogram fsync_duration;
  Histogram db_fsync_duration;
  Histogram db_save_total_duration;
  Histogram save_marshalling_duration;  // etcd_debugging_snap_..
  Histogram save_total_duration;        // etcd_debugging_snap_..
};

// Names: etcd_mvcc_<field>, or etcd_debugging_mvcc_<field> where marked (d).
struct Mvcc {
  explicit Mvcc(Registry& registry);

  // ---- Updated by the state home.
  Counter put;             // .._total, also (d)
  Counter del;             // delete_total, also (d)
  Counter range;           // .._total, also (d)
  Counter txn;             // .._total, also (d)
  Gauge keys;              // (d) .._total
  Gauge total_put_size;    // (d) .._in_bytes, of keys and values put
  Gauge current_revision;  // (d)
  Gauge compact_revision;  // (d), -1 before the first
  Gauge watch_stream;      // (d) .._total, as watcher, slow_watcher, pending_events
  Gauge watcher;
  Gauge slow_watcher;  // not caught up
  Gauge pending_events;
  Counter events;                    // (d) .._total, sent to watchers
  Histogram index_compaction_pause;  // (d) .._duration_milliseconds

  // ---- Updated by the store home.
  Gauge db_total_size;            // .._in_bytes: the file; also (d)
  Gauge db_total_size_in_use;     // .._in_bytes
  Gauge db_compaction_last;       // (d), Unix seconds
  Counter db_compaction_keys;     // (d) .._total
  Histogram db_compaction_pause;  // (d) .._duration_milliseconds
  Histogram db_compaction_total;  // (d) .._duration_milliseconds

  // ---- Updated by the readers.
  Gauge db_open_read_transactions;
  Histogram hash_duration;      // .._seconds
  Histogram hash_rev_duration;  // .._seconds
};

// Names: etcd_debugging_lease_<field>_total. Updated by the state home.
struct Lease {
  explicit Lease(Registry& registry);

  Counter granted;
  Counter revoked;
  Counter renewed;
  Histogram ttl;  // seconds
};

// The v2 tree. Names: etcd_debugging_store_<field>_total. Updated by the state home.
struct Keyspace {
  explicit Keyspace(Registry& registry);

  Family<Counter> reads;  // action: get, getRecursive
  Family<Counter> reads_failed;
  Family<Counter> writes;  // action: set, compareAndDelete, ..
  Family<Counter> writes_failed;
  Counter expires;
  Counter watch_requests;
  Gauge watchers;  // without _total
};

}  // namespace quorate::metrics
