#include "tests/store/watched_files.h"

#include <map>

#include <sqlite3.h>

#include "common/ensure.h"

namespace quorate::store::testing {
namespace {

// SQLite calls plain functions: what they need is here. https://sqlite.org/vfs.html
struct Methods {
  sqlite3_io_methods watched;  // first: a file points to it
  const sqlite3_io_methods* original;
};
struct Hooks {
  WatchedFiles::Watcher watcher;
  sqlite3_vfs vfs;  // a copy of the default one, with another xOpen
  sqlite3_vfs* original;
  std::map<const sqlite3_io_methods*, Methods> methods;
};
Hooks* hooks = nullptr;

const sqlite3_io_methods& original_of(sqlite3_file* file) {
  return *reinterpret_cast<const Methods*>(file->pMethods)->original;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (!hooks->watcher(FileChange::write)) return SQLITE_IOERR_WRITE;
  return original_of(file).xWrite(file, data, size, offset);
}
// Nobody cuts the power here: what was written is there, and no test waits for a disk.
int sync(sqlite3_file* /*file*/, int /*flags*/) {
  return hooks->watcher(FileChange::sync) ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (!hooks->watcher(FileChange::truncate)) return SQLITE_IOERR_TRUNCATE;
  return original_of(file).xTruncate(file, size);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  const int code = hooks->original->xOpen(vfs, name, file, flags, flags_out);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  auto [found, is_new] = hooks->methods.try_emplace(file->pMethods);
  Methods& methods = found->second;
  if (is_new) {
    methods.original = file->pMethods;
    methods.watched = *file->pMethods;
    methods.watched.xWrite = write;
    methods.watched.xSync = sync;
    methods.watched.xTruncate = truncate;
  }
  file->pMethods = &methods.watched;
  return code;
}

}  // namespace

WatchedFiles::WatchedFiles(Watcher watcher) {
  ENSURE(hooks == nullptr);
  sqlite3_vfs* original = sqlite3_vfs_find(nullptr);
  hooks = new Hooks{std::move(watcher), *original, original, {}};
  hooks->vfs.zName = "watched";
  hooks->vfs.xOpen = open;
  ENSURE(sqlite3_vfs_register(&hooks->vfs, 1) == SQLITE_OK);
}

WatchedFiles::~WatchedFiles() {
  sqlite3_vfs_unregister(&hooks->vfs);
  sqlite3_vfs_register(hooks->original, 1);
  delete hooks;
  hooks = nullptr;
}

}  // namespace quorate::store::testing
