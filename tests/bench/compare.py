#!/usr/bin/python3
"""Runs etcd and quorate in turn on the same disk, loads both alike, prints both and the ratio.

    compare.py --etcd PATH --quorate PATH --load PATH [--dir DIR] [--only WORD] [--quick]

Both sync every write. Times come from the load generators (h2load, quorate-load), CPU from the
kernel's count of the server's user and system time, memory from its VmRSS and VmHWM. The ratios are
what counts: both servers run within the same minutes on the same machine.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
KEY = b"benchmark/key"
VALUE = b"v" * 64


def field(number, payload):
    return bytes([number << 3 | 2, len(payload)]) + payload


def grpc(message):
    return b"\0" + struct.pack(">I", len(message)) + message


PUT = field(1, KEY) + field(2, VALUE)
RANGE = field(1, KEY)
# If the key's version is above 0 put it, else put it too: both sides of a compare-and-put write.
COMPARE = b"\x08\x01" + field(3, KEY)
TXN = field(1, COMPARE) + field(2, field(2, PUT)) + field(3, field(2, PUT))
JSON_KEY = "YmVuY2htYXJrL2tleQ=="

BODIES = {
    "put": grpc(PUT),
    "range": grpc(RANGE),
    "serializable": grpc(RANGE + b"\x38\x01"),
    "txn": grpc(TXN),
    "json-put": b'{"key":"%s","value":"%s"}' % (JSON_KEY.encode(), b"dnZ2" * 21 + b"dg=="),
    "json-range": b'{"key":"%s"}' % JSON_KEY.encode(),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One server process with a data directory of its own."""

    def __init__(self, name, binary, directory):
        self.name, self.binary = name, binary
        self.data = Path(directory) / name
        self.process = None

    def start(self):
        self.port = free_port()
        peer = free_port()
        client, peers = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{peer}"
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [self.binary, "--name=bench", f"--data-dir={self.data}",
             f"--listen-client-urls={client}", f"--advertise-client-urls={client}",
             f"--listen-peer-urls={peers}", f"--initial-advertise-peer-urls={peers}",
             f"--initial-cluster=bench={peers}", "--log-level=error"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            try:
                with urllib.request.urlopen(f"{client}/health", timeout=1) as answer:
                    if answer.status == 200:
                        return time.monotonic() - begin
            except OSError:
                time.sleep(0.005)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def wipe(self):
        shutil.rmtree(self.data, ignore_errors=True)

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, name="VmRSS"):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+)", status).group(1)) * 1024

    def reset_peak(self):
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def disk(self):
        return int(subprocess.check_output(["du", "-s", "-B1", str(self.data)]).split()[0])


def h2load(server, body, path, connections, streams, requests, bodies, http1=False):
    """Requests per second and CPU microseconds per request."""
    command = ["h2load", "-n", str(requests), "-c", str(connections), "-d", str(bodies / body)]
    if http1:
        command += ["--h1"]
    else:
        command += ["-m", str(streams), "-H", "content-type: application/grpc", "-H",
                    "te: trailers"]
    before = server.cpu_seconds()
    output = subprocess.check_output(command + [f"http://127.0.0.1:{server.port}{path}"], text=True)
    cpu = server.cpu_seconds() - before
    good = int(re.search(r"(\d+) succeeded", output).group(1))
    if good != requests:
        sys.exit(f"{server.name}: only {good} of {requests} requests of {body} succeeded")
    rate = float(re.search(r"([\d.]+) req/s", output).group(1))
    return rate, cpu / requests * 1e6


def load(server, tool, *arguments):
    """What quorate-load prints, as numbers, and the CPU seconds the server took."""
    before = server.cpu_seconds()
    output = subprocess.check_output(
        [tool, "--endpoint", f"127.0.0.1:{server.port}", *arguments], text=True)
    values = {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", output)}
    values["cpu"] = server.cpu_seconds() - before
    return values


KV = "/etcdserverpb.KV/"
# Name, body, path, connections, streams, requests, HTTP/1.1
RATES = [
    ("put 1x1", "put", KV + "Put", 1, 1, 4000, False),
    ("put 10x100", "put", KV + "Put", 10, 100, 200_000, False),
    ("put 100x10", "put", KV + "Put", 100, 10, 200_000, False),
    ("txn compare-and-put 1x1", "txn", KV + "Txn", 1, 1, 4000, False),
    ("txn compare-and-put 10x100", "txn", KV + "Txn", 10, 100, 100_000, False),
    ("txn compare-and-put 100x10", "txn", KV + "Txn", 100, 10, 100_000, False),
    ("linearizable range 1x1", "range", KV + "Range", 1, 1, 10_000, False),
    ("linearizable range 10x100", "range", KV + "Range", 10, 100, 200_000, False),
    ("linearizable range 100x10", "range", KV + "Range", 100, 10, 200_000, False),
    ("serializable range 1x1", "serializable", KV + "Range", 1, 1, 10_000, False),
    ("serializable range 10x100", "serializable", KV + "Range", 10, 100, 200_000, False),
    ("serializable range 100x10", "serializable", KV + "Range", 100, 10, 200_000, False),
    ("JSON put, 10 connections", "json-put", "/v3/kv/put", 10, 1, 20_000, True),
    ("JSON range, 10 connections", "json-range", "/v3/kv/range", 10, 1, 20_000, True),
]


class Figures:
    """Name -> value of each server, in the order measured; `better` is up or down."""

    def __init__(self):
        self.rows = {}

    def add(self, name, server, value, unit, better):
        self.rows.setdefault(name, {"unit": unit, "better": better})[server.name] = value


def measure_rates(server, options, figures, bodies):
    # One write first, so that reads find something.
    h2load(server, "put", KV + "Put", 1, 1, 100, bodies)
    for name, body, path, connections, streams, requests, http1 in RATES:
        if options.only and options.only not in name:
            continue
        if options.quick:
            requests = max(requests // 10, 1000)
        rate, cpu = h2load(server, body, path, connections, streams, requests, bodies, http1)
        figures.add(name, server, rate, "/s", "up")
        figures.add(name + ", CPU", server, cpu, "us", "down")


def measure_many_keys(server, options, figures):
    if options.only and options.only not in "many keys":
        return
    keys = 100_000 if options.quick else 1_000_000
    title = f"{keys // 1000}k keys of 64 bytes"
    filled = load(server, options.load, "fill", "--keys", str(keys), "--random-order")
    figures.add(f"put {title}", server, filled["per_second"], "/s", "up")
    figures.add(f"put {title}, CPU", server, filled["cpu"] / keys * 1e6, "us", "down")
    figures.add(f"memory after {title}", server, server.memory() / 1e6, "MB", "down")
    counted = min(load(server, options.load, "count")["seconds"] for _ in range(5))
    figures.add(f"count {title}", server, counted * 1e3, "ms", "down")
    server.reset_peak()
    ranges = [load(server, options.load, "range") for _ in range(3)]
    figures.add(f"range over {title}", server, keys / min(r["seconds"] for r in ranges), "rows/s",
                "up")
    figures.add(f"peak memory of it", server, server.memory("VmHWM") / 1e6, "MB", "down")
    server.stop()
    figures.add(f"start with {title}", server, server.start(), "s", "down")
    figures.add(f"memory after that start", server, server.memory() / 1e6, "MB", "down")


def measure(server, options, figures, bodies):
    server.wipe()
    start = server.start()
    time.sleep(1)  # what start-up leaves to be done in the background
    figures.add("start, empty", server, start, "s", "down")
    figures.add("idle memory", server, server.memory() / 1e6, "MB", "down")
    figures.add("empty data directory", server, server.disk() / 1e6, "MB", "down")
    measure_rates(server, options, figures, bodies)
    figures.add("memory after load", server, server.memory() / 1e6, "MB", "down")
    server.stop()
    server.wipe()
    server.start()
    measure_many_keys(server, options, figures)
    server.stop()
    server.wipe()


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def show(figures):
    print("| what | etcd | quorate | unit | better by |")
    print("|---|---:|---:|---|---:|")
    for name, row in figures.rows.items():
        if "etcd" not in row or "quorate" not in row:
            continue
        a, b = row["etcd"], row["quorate"]
        ratio = (b / a if row["better"] == "up" else a / b) if a and b else 0
        print(f"| {name} | {number(a)} | {number(b)} | {row['unit']} | {ratio:.1f}x |")


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
    bodies.mkdir(parents=True, exist_ok=True)
    for name, body in BODIES.items():
        (bodies / name).write_bytes(body)
    figures = Figures()
    for server in (Server("etcd", options.etcd, directory),
                   Server("quorate", options.quorate, directory)):
        print(f"measuring {server.name} ...", file=sys.stderr, flush=True)
        try:
            measure(server, options, figures, bodies)
        finally:
            if server.process and server.process.poll() is None:
                server.process.kill()
    show(figures)


if __name__ == "__main__":
    main()
