#!/usr/bin/python3 -B
"""Runs etcd and quorate in turn on the same disk, loads both alike, prints both and the ratio.

    compare.py --etcd PATH --quorate PATH --load PATH [--dir DIR] [--only WORD] [--quick]

Both sync every write. Times come from the load generators (h2load, quorate-load), CPU from the
kernel's count of the server's user and system time, memory from its VmRSS and VmHWM. The ratios are
what counts: both servers run within the same minutes on the same machine.
"""

import argparse
import sys
import time
from pathlib import Path

import auth_rows
import key_rows
import lease_rows
import read_rows
import watch_rows
from harness import Figures, Server, is_wanted, show

# Each begins with an empty server. The words are what --only finds it by.
GROUPS = [
    ("many keys", key_rows.measure_many_keys),
    ("watch events", watch_rows.measure_events),
    ("watch lag", watch_rows.measure_lag),
    ("watch memory", watch_rows.measure_memory),
    ("lease keep-alive", lease_rows.measure_keep_alive),
    ("lease expiry", lease_rows.measure_expiry),
    ("auth", auth_rows.measure),
    ("read 1 GB", read_rows.measure),
]


def measure_first(server, options, figures, bodies):
    start = server.start()
    time.sleep(1)  # what start-up leaves to be done in the background
    figures.add("start, empty", server, start, "s", "down")
    figures.add("idle memory", server, server.memory() / 1e6, "MB", "down")
    figures.add("empty data directory", server, server.disk() / 1e6, "MB", "down")
    key_rows.measure_rates(server, options, figures, bodies)
    figures.add("memory after load", server, server.memory() / 1e6, "MB", "down")
    server.stop()
    server.wipe()


def measure(server, options, figures, bodies):
    server.wipe()
    measure_first(server, options, figures, bodies)
    for words, group in GROUPS:
        if not is_wanted(options, words):
            continue
        print(f"  {words}", file=sys.stderr, flush=True)
        server.start()
        group(server, options, figures)
        server.stop()
        server.wipe()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--etcd", required=True)
    parser.add_argument("--quorate", required=True)
    parser.add_argument("--load", required=True)
    parser.add_argument("--dir", default="bench-data")
    parser.add_argument("--only", help="measure what has this word in its name")
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests")
    options = parser.parse_args()
    directory = Path(options.dir).resolve()
    bodies = directory / "bodies"
    key_rows.write_bodies(bodies)
    figures = Figures()
    try:
        for server in (Server("etcd", options.etcd, directory),
                       Server("quorate", options.quorate, directory)):
            print(f"measuring {server.name} ...", file=sys.stderr, flush=True)
            try:
                measure(server, options, figures, bodies)
            finally:
                if server.process and server.process.poll() is None:
                    server.process.kill()
    finally:
        show(figures)  # of a run that fails at last too: it took a quarter of an hour


if __name__ == "__main__":
    main()
