"""Reading and writing keys: rates of small calls, and a store of a million keys."""

import struct

from harness import h2load, is_wanted, load

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


def write_bodies(bodies):
    bodies.mkdir(parents=True, exist_ok=True)
    for name, body in BODIES.items():
        (bodies / name).write_bytes(body)


def measure_rates(server, options, figures, bodies):
    # One write first, so that reads find something.
    h2load(server, "put", KV + "Put", 1, 1, 100, bodies)
    for name, body, path, connections, streams, requests, http1 in RATES:
        if not is_wanted(options, name):
            continue
        if options.quick:
            requests = max(requests // 10, 1000)
        rate, cpu = h2load(server, body, path, connections, streams, requests, bodies, http1)
        figures.add(name, server, rate, "/s", "up")
        figures.add(name + ", CPU", server, cpu, "us", "down")


def measure_many_keys(server, options, figures):
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
    figures.add("peak memory of it", server, server.memory("VmHWM") / 1e6, "MB", "down")
    server.stop()
    figures.add(f"start with {title}", server, server.start(), "s", "down")
    figures.add("memory after that start", server, server.memory() / 1e6, "MB", "down")
