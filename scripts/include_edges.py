"""Which folder may include which: the arrows between the parts, and where libraries end.

    main -> edges -> replica -> pure parts -> common
"""

import re

# A row speaks for its folder and for those in it without a row of their own. A folder may always
# include itself. tests/ may include everything and has no row.
FOLDERS = {
    "common": "",
    "common/boltfile": "common",
    "common/grpc": "common",
    "common/json": "common",
    # Pure: they decide, and know no clock, socket, file or thread.
    "server/auth": "common common/json proto",
    "server/concurrency": "common server/mvcc",
    "server/lease": "common proto server/mvcc",
    "server/membership": "common",
    "server/mvcc": "common",
    "server/raft": "common",
    "server/watch": "common proto server/mvcc",
    "server/replica": "common proto server/auth server/lease server/membership server/mvcc"
                      " server/raft server/watch",
    # Edges: disk, SQLite, sockets, texts. Only api stands on other edges: it answers what net
    # has read, and metrics counts it.
    "server/api": "common common/grpc common/json proto server/auth server/concurrency"
                  " server/lease server/membership server/metrics server/mvcc server/net"
                  " server/replica server/watch",
    "server/config": "common",
    "server/metrics": "common proto",
    "server/net": "common",
    "server/store": "common common/boltfile server/mvcc server/replica",
    "server/wal": "common proto server/raft",
    # The one place that knows everybody.
    "server": "common proto server/api server/auth server/config server/lease server/membership"
              " server/metrics server/net server/replica server/store server/wal",
    # The client never sees the server.
    "ctl": "common common/boltfile common/grpc common/json proto",
}

# Libraries, by how their headers begin: the folders whose .cc files may include them.
LIBRARIES = {
    "boost/asio": "common common/grpc ctl server/net",
    "boost/beast": "server/net",
    "fmt/": "common ctl server/config",
    "google/protobuf": "common common/json server server/api server/metrics",
    "nghttp2/": "common/grpc server/net",
    "nlohmann/": "server server/auth server/config server/membership server/replica",
    "openssl/": "common/boltfile common/grpc ctl server/auth server/membership server/net",
    "prometheus/": "server/metrics",
    "spdlog/": "common",
    "sqlite3": "server/store",
    "yaml-cpp/": "server/config",
}

# The headers that may include one of these libraries as well, and why.
HEADERS = {
    "server/auth/jwt/key_file.h": "between files of jwt: openssl/types.h only declares EVP_PKEY",
    "common/journal_sink.h": "a sink is spdlog's interface; log_sink.cc alone includes it",
    "common/rotating_file.h": "a sink is spdlog's interface; log_sink.cc alone includes it",
    "server/metrics/registry.h": "implements prometheus-cpp's interface",
    "server/net/http2_stream.h": "between two files of net: nghttp2 writes through the stream",
    "server/net/plain_transport.h": "between two files of net: a socket is handed over by value",
}

_INCLUDE = re.compile(r'#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def _row_of(folder, rows):
    """The nearest folder with a row, from this one up."""
    while folder and folder not in rows:
        folder = folder.rpartition("/")[0]
    return folder or None


def _folder_of(path):
    return path.rpartition("/")[0]


def _check_own(here, included, allowed):
    there = _folder_of(included)
    target = "proto" if there == "proto" else _row_of(there, FOLDERS)
    if target == here or target in allowed:
        return None
    if target is None:
        return f'"{included}" is not written from the top, or its folder has no row'
    return f'{here} must not include "{included}"'


def _check_library(path, here, included):
    library = next((name for name in LIBRARIES if included.startswith(name)), None)
    if library is None:
        return None
    if here not in LIBRARIES[library].split():
        return f"{here} must not include <{included}>"
    if path.endswith(".h") and path not in HEADERS:
        return f"<{included}> belongs into .cc files"
    return None


def check_includes(path, lines):
    """Yields (line number, sentence) for every include that the tables do not allow."""
    folder = _folder_of(path)
    if not folder or folder.split("/")[0] in ("tests", "proto"):
        return
    here = _row_of(folder, FOLDERS)
    if here is None:
        yield 1, f"{folder} has no row in the table of include edges"
        return
    allowed = FOLDERS[here].split()
    for number, line in enumerate(lines, 1):
        match = _INCLUDE.match(line)
        if not match:
            continue
        own, system = match.groups()
        problem = (_check_own(here, own, allowed) if own
                   else _check_library(path, here, system))
        if problem:
            yield number, problem
