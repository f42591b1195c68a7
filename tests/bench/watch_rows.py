"""Watching: events a second, how late they are, what watches cost while nothing happens."""

import subprocess

from harness import load, seconds

# Name, watches, their keys, streams, puts of a write, writes whose events may be under way.
EVENTS = [
    ("1,000 watches of one key", 1000, 1, 10, 1, 32),
    ("10,000 watches of as many keys", 10_000, 10_000, 100, 1, 1000),
    ("10,000 watches of as many keys, 100 puts a transaction", 10_000, 10_000, 100, 100, 20),
]


def measure_events(server, options, figures):
    for name, watches, keys, streams, ops, ahead in EVENTS:
        got = load(server, options.load, "watch", f"--watches={watches}", f"--keys={keys}",
                   f"--streams={streams}", f"--ops={ops}", f"--ahead={ahead}",
                   f"--seconds={seconds(options, 5)}")
        figures.add(f"events to {name}", server, got["per_second"], "/s", "up")
        figures.add(f"events to {name}, CPU", server, got["cpu"] / got["all"] * 1e6, "us", "down")


def measure_lag(server, options, figures):
    """At half of the rate that etcd can put, the same for both; and each at half of its own."""
    title = "put 10x100 while nobody watches"
    own = load(server, options.load, "put", f"--seconds={seconds(options, 4)}")["per_second"]
    figures.add(title, server, own, "/s", "up")
    time = seconds(options, 10)
    for name, rate in (("etcd's", figures.value(title, "etcd")), ("its own", own)):
        got = load(server, options.load, "lag", f"--rate={rate / 2:.0f}", f"--seconds={time}")
        for part in ("p50", "p99"):
            figures.add(f"put to event at half of {name} rate, {part}", server, got[part] * 1e3,
                        "ms", "down")


def held(server, options, *arguments):
    """The bytes by which the server grows while these watches are open."""
    command = [options.load, "--endpoint", f"127.0.0.1:{server.port}", "idle", *arguments]
    before = server.memory()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        if not holder.stdout.readline().startswith(b"watches="):
            raise RuntimeError("no watches were opened")
        after = server.memory()
        holder.stdin.close()
    return after - before


def measure_memory(server, options, figures):
    held(server, options, "--watches=1000", "--keys=1000")  # what the first ones bring along
    watches, streams = (10_000, 1000) if options.quick else (100_000, 10_000)
    grown = held(server, options, f"--watches={watches}", f"--keys={watches}", "--streams=1",
                 "--connections=1")
    figures.add("memory of an idle watch", server, grown / watches, "bytes", "down")
    grown = held(server, options, f"--watches={streams}", f"--keys={streams}",
                 f"--streams={streams}")
    figures.add("memory of a stream with a watch", server, grown / streams, "bytes", "down")
