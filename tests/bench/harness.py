"""What the measurements share: the server under test, the load generators, the table of figures."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


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


class Figures:
    """Name -> value of each server, in the order measured; `better` is up or down."""

    def __init__(self):
        self.rows = {}

    def add(self, name, server, value, unit, better):
        self.rows.setdefault(name, {"unit": unit, "better": better})[server.name] = value

    def value(self, name, server_name):
        """None when it was not measured."""
        return self.rows.get(name, {}).get(server_name)


def is_wanted(options, *names):
    return not options.only or any(options.only in name for name in names)


def seconds(options, full):
    return full / 10 if options.quick else full


def number(value):
    if value is None or isinstance(value, str):
        return value or ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def ratio(row):
    a, b = row.get("etcd"), row.get("quorate")
    if isinstance(a, str) or isinstance(b, str) or not a or not b:
        return ""
    return f"{b / a if row['better'] == 'up' else a / b:.1f}x"


def show(figures):
    print("| what | etcd | quorate | unit | better by |")
    print("|---|---:|---:|---|---:|")
    for name, row in figures.rows.items():
        etcd, quorate = (number(row.get(server)) for server in ("etcd", "quorate"))
        print(f"| {name} | {etcd} | {quorate} | {row['unit']} | {ratio(row)} |")
