"""Attacks by watches and leases: streams that ask for ever and never read."""

import struct

from .frames import (
    DATA,
    END_STREAM,
    HEADERS,
    PREFACE,
    RST_STREAM,
    SETTINGS_INITIAL_WINDOW_SIZE,
    WINDOW_MAX,
    WINDOW_UPDATE,
    Reader,
    bytes_field,
    call,
    data,
    frame,
    head,
    message,
    number_field,
    open_stream,
    settings,
)
from .http2 import NUMBERS, OPENING, Watched, opened
from .target import MEGABYTE, Broken, push

WATCH = b"/etcdserverpb.Watch/Watch"
KEEP_ALIVE = b"/etcdserverpb.Lease/LeaseKeepAlive"
PUT = b"/etcdserverpb.KV/Put"
WIDE_OPENING = (PREFACE + settings((SETTINGS_INITIAL_WINDOW_SIZE, WINDOW_MAX))
                + frame(WINDOW_UPDATE, 0, 0, b"\x7f\0\0\0"))
# The newest events (16 MB), as many values that puts have brought, rows on their way to the file,
# and what the heap keeps of all that.
WRITES_MEGABYTES = 128


def create(key, range_end=b""):
    fields = bytes_field(1, key) + (bytes_field(2, range_end) if range_end else b"")
    return message(bytes_field(1, fields))


def open_watch(client, number, creates):
    client.sendall(open_stream(number, head(WATCH)) + data(number, creates, end_stream=False))


class Messages:
    """The gRPC messages of a connection's only stream, as they come."""

    def __init__(self, client):
        self._client, self._reader, self._rest, self._taken = client, Reader(client), b"", 0

    def next(self):
        """None when the stream has ended."""
        while len(self._rest) < 5 or len(self._rest) < 5 + self._size():
            found = self._reader.until(lambda kind, *_: kind in (DATA, HEADERS, RST_STREAM))
            if found is None or found[0] == RST_STREAM or found[1] & END_STREAM:
                return None
            if found[0] == DATA:
                self._rest += found[3]
                self._open_window(len(found[3]))
        size = self._size()
        one, self._rest = self._rest[5 : 5 + size], self._rest[5 + size :]
        return one

    def _size(self):
        return struct.unpack(">I", self._rest[1:5])[0]

    def _open_window(self, size):
        self._taken += size
        if self._taken > 1 << 20:
            self._client.sendall(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", self._taken)))
            self._taken = 0


def put_many(target, key, value, count):
    """So many puts, each answered before the next few are sent."""
    request = bytes_field(1, key) + bytes_field(2, value)
    with opened(target) as client:
        reader = Reader(client)
        for number in NUMBERS[:count]:
            client.sendall(call(number, request, PUT))
            if reader.until(lambda kind, flags, *_: kind == HEADERS and flags & END_STREAM) is None:
                raise Broken("a put is not answered")


def watch_without_reading(target, _):
    """Watches of everything whose clients read nothing, and one that reads: it misses nothing."""
    count, value = 1500, b"v" * 60_000
    with Watched(target, WRITES_MEGABYTES), opened(target, WIDE_OPENING) as reads:
        sleepers = [opened(target, WIDE_OPENING, receive_buffer=4096) for _ in range(50)]
        for client in sleepers:
            open_watch(client, 1, create(b"watched/", b"watched0") * 10)
        open_watch(reads, 1, create(b"watched/", b"watched0"))
        put_many(target, b"watched/key", value, count)
        target.check_serves()
        messages, events = Messages(reads), 0
        while events < count:
            one = messages.next()
            if one is None:
                raise Broken(f"the stream ends after {events} of {count} events")
            events += one.count(value)
    for client in sleepers:
        client.close()


def many_watches(target, _):
    """A hundred thousand watches on one stream, then an event for each of them."""
    count = 100_000
    with Watched(target, 64), opened(target, WIDE_OPENING) as client:
        open_watch(client, 1, b"")
        messages = Messages(client)
        for first in range(0, count, 1000):
            creates = b"".join(create(b"many/%06d" % (first + i)) for i in range(1000))
            client.sendall(data(1, creates, end_stream=False))
            for _ in range(1000):
                if messages.next() is None:
                    raise Broken("the stream has ended")
        target.check_serves()
    with Watched(target, 64), opened(target, WIDE_OPENING) as client:
        open_watch(client, 1, b"")
        messages = Messages(client)
        for _ in range(0, count, 1000):
            client.sendall(data(1, create(b"many/one") * 1000, end_stream=False))
            for _ in range(1000):
                messages.next()
        # Ten megabytes of events, of which nothing is read for now.
        put_many(target, b"many/one", b"value", 3)
        target.check_serves()
        events = 0
        while events < 3 * count:
            one = messages.next()
            if one is None:
                raise Broken(f"the stream ends after {events} events")
            events += one.count(b"many/one")


def watches_without_reading(target, _):
    """Watches created for ever by clients that read nothing: cut off."""
    with Watched(target, 64):
        for opening in (OPENING, PREFACE + settings((SETTINGS_INITIAL_WINDOW_SIZE, 0))):
            client = opened(target, opening, receive_buffer=4096)
            open_watch(client, 1, b"")
            push(client, data(1, create(b"key") * 500, end_stream=False), 64 * MEGABYTE)
            target.check_serves()
            client.close()


def watch_streams(target, _):
    """Thousands of watch streams on a connection, again and again; some are reset before."""
    for _ in range(5):
        with Watched(target, 64), opened(target, WIDE_OPENING) as client:
            for number in NUMBERS[:10_000]:
                open_watch(client, number, create(b"streams/%d" % number))
            for number in NUMBERS[:5000]:
                client.sendall(frame(RST_STREAM, 0, number, struct.pack(">I", 8)))
            target.check_serves()


def keep_alives_without_reading(target, _):
    """Renewals asked for for ever by clients that read nothing."""
    target.post("/v3/lease/grant", {"TTL": 1000, "ID": 77})
    renewals = data(1, message(number_field(1, 77)) * 1000, end_stream=False)
    with Watched(target, 32):
        for opening in (OPENING, PREFACE + settings((SETTINGS_INITIAL_WINDOW_SIZE, 0))):
            client = opened(target, opening, receive_buffer=4096)
            client.sendall(open_stream(1, head(KEEP_ALIVE)))
            push(client, renewals, 64 * MEGABYTE)
            target.check_serves()
            client.close()


ATTACKS = [
    watch_without_reading,
    many_watches,
    watches_without_reading,
    watch_streams,
    keep_alives_without_reading,
]
