"""Attacks by what is in a message: depth, and small questions with endless answers."""

from .connections import fill
from .frames import (
    DATA,
    END_STREAM,
    GOAWAY,
    HEADERS,
    RST_STREAM,
    SETTINGS_INITIAL_WINDOW_SIZE,
    WINDOW_MAX,
    WINDOW_UPDATE,
    Reader,
    bytes_field,
    call,
    frame,
    number_field,
    range_all,
    settings,
)
from .http2 import OPENING, Watched, opened
from .target import Broken

TXN = b"/etcdserverpb.KV/Txn"


def ask(target, request, path, seconds=20):
    """(number of bytes in the answer, its header fields and trailers)."""
    with opened(target, OPENING) as client:
        client.settimeout(seconds)
        opening = settings((SETTINGS_INITIAL_WINDOW_SIZE, WINDOW_MAX))
        client.sendall(opening + frame(WINDOW_UPDATE, 0, 0, b"\x7f\0\0\0") + call(1, request, path))
        reader, size, fields = Reader(client), 0, {}
        while (found := reader.next()) is not None:
            kind, flags, _, payload = found
            if kind == DATA:
                size += len(payload)
            if kind == HEADERS:
                fields.update(reader.fields(payload))
            if kind in (RST_STREAM, GOAWAY):
                return size, {**fields, "end": "reset"}
            if flags & END_STREAM and kind in (DATA, HEADERS):
                return size, fields
    return size, {**fields, "end": "disconnected"}


def nested(depth, innermost=b""):
    """A transaction within a transaction, and so on."""
    txn = innermost
    for _ in range(depth):
        txn = bytes_field(2, bytes_field(4, txn))
    return txn


def deep_messages(target, _):
    """Transactions within each other, and groups within unknown fields."""
    for depth in (10, 127, 149, 150, 151, 1_000, 5_000):
        ask(target, nested(depth), TXN)
    for depth in (100, 1_000, 500_000):
        groups = b"\xa3\x06" * depth + b"\xa4\x06" * depth
        ask(target, b"\x0a\x01a" + groups, b"/etcdserverpb.KV/Range")
        ask(target, b"\x0a\x01a" + groups, b"/etcdserverpb.KV/Put")
        ask(target, b"\x0a\x01a" + b"\xa3\x06" * depth, b"/etcdserverpb.KV/Put")


def many_parts(target, _):
    """A message of a million parts, most of them empty."""
    with Watched(target, 400):
        for request in (
            bytes_field(2, b"") * 500_000,
            bytes_field(1, b"") * 500_000,
            bytes_field(2, bytes_field(4, b"")) * 250_000,
        ):
            _, fields = ask(target, request, TXN)
            if "too many operations" not in fields.get("grpc-message", ""):
                raise Broken(f"answered with {fields}")


def multiplied_ranges(target, _):
    """One transaction that asks for all data thousands of times."""
    fill(target, b"big/", 16)
    inner = bytes_field(2, bytes_field(1, range_all())) * 60
    outer = bytes_field(2, bytes_field(4, inner)) * 60
    put = bytes_field(2, bytes_field(2, bytes_field(1, b"k") + bytes_field(2, b"v")))
    for request in (inner, outer, outer + put):
        with Watched(target, 400):
            _, fields = ask(target, request, TXN)
        if "larger than max" not in fields.get("grpc-message", ""):
            raise Broken(f"answered with {fields}")
        target.check_serves()


def sorted_ranges(target, _):
    """Answers that can only be sorted whole, many at a time."""
    fill(target, b"big/", 16)
    request = range_all() + number_field(3, 1) + number_field(5, 1) + number_field(6, 3)
    with Watched(target, 400):
        client = opened(target)
        client.settimeout(0.5)
        try:
            for n in range(1, 401, 2):
                client.sendall(call(n, request))
        except OSError:
            pass
        target.check_serves()
    client.close()


def unread_deletes(target, _):
    """Deletions that show what they deleted, to nobody."""
    for round_ in range(3):
        fill(target, b"gone/", 16)
        request = bytes_field(1, b"gone/") + bytes_field(2, b"gone0") + number_field(3, 1)
        client = opened(target, receive_buffer=4096)
        client.sendall(call(1, request, b"/etcdserverpb.KV/DeleteRange"))
        target.check_serves()
        if round_ == 2:
            client.close()


ATTACKS = [deep_messages, many_parts, multiplied_ranges, sorted_ranges, unread_deletes]
