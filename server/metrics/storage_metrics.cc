#include "server/metrics/storage_metrics.h"

namespace quorate::metrics {
namespace {
constexpr Buckets kFromOneMs = Buckets::exponential(0.001, 14);
constexpr Buckets kFromTenMs = Buckets::exponential(0.01, 15);
}  // namespace

Disk::Disk(Registry& r)
    : wal_fsync_duration{r, "etcd_disk_wal_fsync_duration_seconds",
                         "The latency distributions of fsync called by WAL.", kFromOneMs},
      wal_write_duration{r, "etcd_disk_wal_write_duration_seconds",
                         "The latency distributions of write called by WAL.", kFromOneMs},
      wal_write_bytes{r, "etcd_disk_wal_write_bytes_total",
                      "Total number of bytes written in WAL."},
      backend_commit_duration{r, "etcd_disk_backend_commit_duration_seconds",
                              "The latency distributions of commit called by backend.", kFromOneMs},
      backend_commit_rebalance_duration{
          r, "etcd_debugging_disk_backend_commit_rebalance_duration_seconds",
          "The latency distributions of commit.rebalance called by bboltdb backend.", kFromOneMs},
      backend_commit_spill_duration{
          r, "etcd_debugging_disk_backend_commit_spill_duration_seconds",
          "The latency distributions of commit.spill called by bboltdb backend.", kFromOneMs},
      backend_commit_write_duration{
          r, "etcd_debugging_disk_backend_commit_write_duration_seconds",
          "The latency distributions of commit.write called by bboltdb backend.", kFromOneMs},
      backend_defrag_duration{r, "etcd_disk_backend_defrag_duration_seconds",
                              "The latency distribution of backend defragmentation.",
                              Buckets::exponential(0.1, 13)},
      backend_snapshot_duration{r, "etcd_disk_backend_snapshot_duration_seconds",
                                "The latency distribution of backend snapshots.",
                                Buckets::exponential(0.01, 17)},
      defrag_inflight{r, "etcd_disk_defrag_inflight",
                      "Whether or not defrag is active on the member. 1 means active, 0 means "
                      "not."} {}

Snap::Snap(Registry& r)
    : fsync_duration{r, "etcd_snap_fsync_duration_seconds",
                     "The latency distributions of fsync called by snap.", kFromOneMs},
      db_fsync_duration{r, "etcd_snap_db_fsync_duration_seconds",
                        "The latency distributions of fsyncing .snap.db file", kFromOneMs},
      db_save_total_duration{r, "etcd_snap_db_save_total_duration_seconds",
                             "The total latency distributions of v3 snapshot save",
                             Buckets::exponential(0.1, 10)},
      save_marshalling_duration{r, "etcd_debugging_snap_save_marshalling_duration_seconds",
                                "The marshalling cost distributions of save called by snapshot.",
                                kFromOneMs},
      save_total_duration{r, "etcd_debugging_snap_save_total_duration_seconds",
                          "The total latency distributions of save called by snapshot.",
                          kFromOneMs} {}

Mvcc::Mvcc(Registry& r)
    : put{r, "etcd_mvcc_put_total", "Total number of puts seen by this member."},
      del{r, "etcd_mvcc_delete_total", "Total number of deletes seen by this member."},
      range{r, "etcd_mvcc_range_total", "Total number of ranges seen by this member."},
      txn{r, "etcd_mvcc_txn_total", "Total number of txns seen by this member."},
      keys{r, "etcd_debugging_mvcc_keys_total", "Total number of keys."},
      total_put_size{r, "etcd_debugging_mvcc_total_put_size_in_bytes",
                     "The total size of put kv pairs seen by this member."},
      current_revision{r, "etcd_debugging_mvcc_current_revision", "The current revision of store."},
      compact_revision{r, "etcd_debugging_mvcc_compact_revision",
                       "The revision of the last compaction in store.", -1},
      watch_stream{r, "etcd_debugging_mvcc_watch_stream_total", "Total number of watch streams."},
      watcher{r, "etcd_debugging_mvcc_watcher_total", "Total number of watchers."},
      slow_watcher{r, "etcd_debugging_mvcc_slow_watcher_total",
                   "Total number of unsynced slow watchers."},
      pending_events{r, "etcd_debugging_mvcc_pending_events_total",
                     "Total number of pending events to be sent."},
      events{r, "etcd_debugging_mvcc_events_total", "Total number of events sent by this member."},
      index_compaction_pause{r, "etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds",
                             "Bucketed histogram of index compaction pause duration.",
                             Buckets::exponential(0.5, 14)},
      db_total_size{r, "etcd_mvcc_db_total_size_in_bytes",
                    "Total size of the underlying database physically allocated in bytes."},
      db_total_size_in_use{r, "etcd_mvcc_db_total_size_in_use_in_bytes",
                           "Total size of the underlying database logically in use in bytes."},
      db_compaction_last{r, "etcd_debugging_mvcc_db_compaction_last",
                         "The unix time of the last db compaction. Resets to 0 on start."},
      db_compaction_keys{r, "etcd_debugging_mvcc_db_compaction_keys_total",
                         "Total number of db keys compacted."},
      db_compaction_pause{r, "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds",
                          "Bucketed histogram of db compaction pause duration.",
                          Buckets::exponential(1, 13)},
      db_compaction_total{r, "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
                          "Bucketed histogram of db compaction total duration.",
                          Buckets::exponential(100, 14)},
      db_open_read_transactions{r, "etcd_mvcc_db_open_read_transactions",
                                "The number of currently open read transactions"},
      hash_duration{r, "etcd_mvcc_hash_duration_seconds",
                    "The latency distribution of storage hash operation.", kFromTenMs},
      hash_rev_duration{r, "etcd_mvcc_hash_rev_duration_seconds",
                        "The latency distribution of storage hash by revision operation.",
                        kFromTenMs} {
  // Names of etcd 3.4, which dashboards still ask for.
  r.add("etcd_debugging_mvcc_put_total", "Total number of puts seen by this member.", put);
  r.add("etcd_debugging_mvcc_delete_total", "Total number of deletes seen by this member.", del);
  r.add("etcd_debugging_mvcc_range_total", "Total number of ranges seen by this member.", range);
  r.add("etcd_debugging_mvcc_txn_total", "Total number of txns seen by this member.", txn);
  r.add("etcd_debugging_mvcc_db_total_size_in_bytes",
        "Total size of the underlying database physically allocated in bytes.", db_total_size);
}

Lease::Lease(Registry& r)
    : granted{r, "etcd_debugging_lease_granted_total", "The total number of granted leases."},
      revoked{r, "etcd_debugging_lease_revoked_total", "The total number of revoked leases."},
      renewed{r, "etcd_debugging_lease_renewed_total",
              "The number of renewed leases seen by the leader."},
      ttl{r, "etcd_debugging_lease_ttl_total", "Bucketed histogram of lease TTLs.",
          Buckets::exponential(1, 24)} {}

Keyspace::Keyspace(Registry& r)
    : reads{r,
            "etcd_debugging_store_reads_total",
            "Total number of reads action by (get/getRecursive), local to this member.",
            {"action"}},
      reads_failed{r,
                   "etcd_debugging_store_reads_failed_total",
                   "Failed read actions by (get/getRecursive), local to this member.",
                   {"action"}},
      writes{r,
             "etcd_debugging_store_writes_total",
             "Total number of writes (e.g. set/compareAndDelete) seen by this member.",
             {"action"}},
      writes_failed{r,
                    "etcd_debugging_store_writes_failed_total",
                    "Failed write actions (e.g. set/compareAndDelete), seen by this member.",
                    {"action"}},
      expires{r, "etcd_debugging_store_expires_total", "Total number of expired keys."},
      watch_requests{r, "etcd_debugging_store_watch_requests_total",
                     "Total number of incoming watch requests (new or reestablished)."},
      watchers{r, "etcd_debugging_store_watchers", "Count of currently active watchers."} {}

}  // namespace quorate::metrics
