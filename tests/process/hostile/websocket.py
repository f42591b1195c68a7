"""Attacks over WebSocket, on the streams of the JSON gateway."""

import base64
import json
import struct

from .http2 import Watched
from .target import MEGABYTE, Broken, expect_closed, push

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FINAL = 0x80


def upgrade(path):
    return (f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            ).encode()  # fmt: skip


def frame(first, payload, mask=b"\1\2\3\4"):
    """As a client sends it; without a mask it breaks the rules."""
    size = len(payload)
    masked = 0x80 if mask else 0
    if size < 126:
        head = struct.pack(">BB", first, masked | size)
    elif size < 1 << 16:
        head = struct.pack(">BBH", first, masked | 126, size)
    else:
        head = struct.pack(">BBQ", first, masked | 127, size)
    if mask:
        payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return head + mask + payload


def opened(target, path="/v3/watch", **options):
    client = target.connect(**options)
    client.sendall(upgrade(path))
    head = b""
    while b"\r\n\r\n" not in head:
        piece = client.recv(1)
        if not piece:
            raise Broken(f"the handshake is answered with {head!r}")
        head += piece
    if not head.startswith(b"HTTP/1.1 101"):
        raise Broken(f"the handshake is answered with {head!r}")
    return client


def broken_frames(target, _):
    """Frames without a mask, of unknown kinds, too long for what they are, or not UTF-8."""
    for nonsense in (
        frame(FINAL | TEXT, b"{}", mask=b""),
        frame(FINAL | 0x70 | TEXT, b"{}"),
        frame(FINAL | 3, b""),
        frame(FINAL | 11, b""),
        frame(PING, b"in pieces"),
        frame(FINAL | PING, b"x" * 126),
        frame(FINAL | CONTINUATION, b"of nothing"),
        frame(TEXT, b"{") + frame(FINAL | TEXT, b"}"),
        frame(FINAL | TEXT, b"\xff\xfe"),
        frame(FINAL | CLOSE, b"x"),
        frame(FINAL | CLOSE, b"\0\0"),
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack(">BBQI", FINAL | TEXT, 0xFF, 1 << 63, 0),
    ):
        with opened(target) as client:
            client.sendall(nonsense)
            expect_closed(client, repr(nonsense[:20]))


def broken_handshakes(target, _):
    """Upgrades that lack something, or bring something along."""
    good = upgrade("/v3/watch")
    for bad in (
        good.replace(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b""),
        good.replace(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 12"),
        good.replace(b"GET", b"HEAD"),
        good.replace(b"Host: x", b"Host: x\r\nContent-Length: 3"),
        good.replace(b"Host: x", b"Host: x\r\nTransfer-Encoding: chunked"),
        good.replace(b"HTTP/1.1", b"HTTP/1.0"),
    ):
        with target.connect() as client:
            client.sendall(bad)
            answer = client.recv(12)
            if answer[8:10] != b" 4":
                raise Broken(f"answered with {answer!r}: {bad!r}")


def large_handshake(target, _):
    """An upgrade with a large header, which is nobody's business."""
    large = b"x" * 70_000
    with target.connect() as client:
        client.sendall(upgrade("/v3/watch").replace(b"Host: x", b"Host: x\r\nX: " + large))
        answer = client.recv(12)
        if not answer.startswith(b"HTTP/1.1 101"):
            raise Broken(f"answered with {answer!r}")


def two_requests_of_one(target, _):
    """A second message to a method that takes one: done once."""
    put = b'{"key":"dHdpY2U=","value":"eA=="}'
    for second in (put, b""):
        before = json.loads(target.post("/v3/kv/range", {"key": "dHdpY2U="})[1])
        with opened(target, "/v3/kv/put") as client:
            client.sendall(frame(FINAL | TEXT, put) + frame(FINAL | TEXT, second))
            expect_closed(client, "an answered request")
        after = json.loads(target.post("/v3/kv/range", {"key": "dHdpY2U="})[1])
        version = int(before.get("kvs", [{"version": "0"}])[0]["version"])
        if int(after["kvs"][0]["version"]) != version + 1:
            raise Broken(f"from {before} to {after}")


def message_without_end(target, _):
    """A message that never ends, in one frame or in many."""
    for piece in (b"[" * 1000, b"\"" + b"x" * 100_000):
        with Watched(target, 64), opened(target) as client:
            client.sendall(frame(TEXT, b"{\"a\":"))
            push(client, frame(CONTINUATION, piece), 64 * MEGABYTE)
            target.check_serves()
    with Watched(target, 64), opened(target, "/v3/kv/put") as client:
        client.sendall(struct.pack(">BBQ", FINAL | TEXT, 0xFF, 1 << 40) + b"\0\0\0\0")
        push(client, b" " * 100_000, 64 * MEGABYTE)
        target.check_serves()


def pings_without_reading(target, _):
    """Pings that all want an answer, and nobody reads it."""
    with Watched(target, 16), opened(target, receive_buffer=4096) as client:
        push(client, frame(FINAL | PING, b"x" * 100) * 1000, 64 * MEGABYTE)
        target.check_serves()


def events_without_reading(target, _):
    """A watch whose client takes none of its events."""
    key = base64.b64encode(b"websocket").decode()
    value = base64.b64encode(b"v" * 60_000).decode()
    with Watched(target, 128), opened(target, receive_buffer=4096) as client:
        create = json.dumps({"create_request": {"key": key}}).encode()
        client.sendall(frame(FINAL | TEXT, create) * 10)
        for _ in range(500):
            target.post("/v3/kv/put", {"key": key, "value": value})
        target.check_serves()


def left_in_the_middle(target, _):
    """Clients that leave in the middle of a frame, a message, a handshake or a watch."""
    create = frame(FINAL | TEXT, b'{"create_request":{"key":"YQ=="}}')
    for _ in range(200):
        for sent in (b"", b"\x81", create[:7], create, frame(TEXT, b"{"),
                     frame(FINAL | CLOSE, b"")):  # fmt: skip
            with target.connect() as client:
                client.sendall(upgrade("/v3/watch") + sent)


ATTACKS = [
    broken_frames,
    broken_handshakes,
    large_handshake,
    two_requests_of_one,
    message_without_end,
    pings_without_reading,
    events_without_reading,
    left_in_the_middle,
]
