"""HTTP/2 below gRPC: frames out of order, limits, streams at the same time, orderly ends."""

import struct

from harness import http2
from harness.http2 import frame
from harness.steps import Http2, grpc_answer, grpc_frame, grpc_headers

RANGE = "/etcdserverpb.KV/Range"
RANGE_A = grpc_frame(b"\x0a\x01a")


def open_range(connection, server, **options):
    return connection.open_stream(grpc_headers(server, RANGE), **options)


def verdict(connection):
    """How a connection ends on which something forbidden was sent. What a GOAWAY says is not
    compared: it may be lost when the connection is torn down with it."""
    connection.wait_until_disconnected()
    return {"end": connection.end}


def still_serves(connection, server):
    number = open_range(connection, server)
    connection.send_data(number, RANGE_A, end_stream=True)
    return grpc_answer(connection.wait_for_end(number), RANGE, server)


def after(data):
    """Sends the bytes, then an ordinary call: the connection is gone or the call is answered."""

    def talk(connection, server):
        connection.send(data)
        return still_serves(connection, server)

    return talk


def ping(connection, _):
    connection.send(frame(http2.PING, 0, 0, b"12345678"))
    connection.wait_for(lambda: connection.pongs)
    return {"pongs": connection.pongs}


def two_at_once(connection, server):
    first, second = open_range(connection, server), open_range(connection, server)
    connection.send_data(second, RANGE_A, end_stream=True)
    connection.send_data(first, RANGE_A, end_stream=True)
    return [grpc_answer(connection.wait_for_end(n), RANGE, server) for n in (first, second)]


def many(count):
    def talk(connection, server):
        numbers = [open_range(connection, server) for _ in range(count)]
        for number in numbers:
            connection.send_data(number, RANGE_A, end_stream=True)
        answers = [grpc_answer(connection.wait_for_end(n), RANGE, server) for n in numbers]
        return {"first": answers[0], "all the same": all(a == answers[0] for a in answers)}

    return talk


def in_pieces(connection, server):
    number = open_range(connection, server)
    for i in range(len(RANGE_A)):
        connection.send_data(number, RANGE_A[i : i + 1], end_stream=False)
    connection.send_data(number, b"", end_stream=True)
    return grpc_answer(connection.wait_for_end(number), RANGE, server)


def padded(connection, server):
    number = open_range(connection, server)
    payload = bytes([5]) + RANGE_A + bytes(5)
    connection.send(frame(http2.DATA, http2.PADDED | http2.END_STREAM, number, payload))
    return grpc_answer(connection.wait_for_end(number), RANGE, server)


def continued(connection, server):
    """Headers in two frames."""
    headers = grpc_headers(server, RANGE)
    number = open_range(connection, server)
    connection.send_data(number, RANGE_A, end_stream=True)
    connection.wait_for_end(number)
    block = connection._encoder.encode(headers, huffman=False)
    connection.send(frame(http2.HEADERS, 0, number + 2, block[:7]))
    connection.send(frame(http2.CONTINUATION, http2.END_HEADERS, number + 2, block[7:]))
    connection.streams[number + 2] = http2.Stream(http2.WINDOW_DEFAULT)
    connection.send_data(number + 2, RANGE_A, end_stream=True)
    return grpc_answer(connection.wait_for_end(number + 2), RANGE, server)


def trailers(connection, server):
    number = open_range(connection, server)
    connection.send_data(number, RANGE_A, end_stream=False)
    connection.send_headers(number, [("x-trailer", "1")], end_stream=True)
    return grpc_answer(connection.wait_for_end(number), RANGE, server)


def reset_and_go_on(connection, server):
    number = open_range(connection, server)
    connection.reset(number, http2.ERROR_NAMES.index("CANCEL"))
    return still_serves(connection, server)


def data_after_end(connection, server):
    number = open_range(connection, server)
    connection.send_data(number, RANGE_A, end_stream=True)
    answer = grpc_answer(connection.wait_for_end(number), RANGE, server)
    connection.send(frame(http2.DATA, 0, number, b"more"))
    return {"first": answer, "second": still_serves(connection, server)}


def small_window(connection, server):
    """A client whose window opens in steps: the answer comes in parts."""
    number = open_range(connection, server)
    connection.send_data(number, RANGE_A, end_stream=True)
    for _ in range(60):
        connection.send(frame(http2.WINDOW_UPDATE, 0, number, struct.pack(">I", 4)))
    return grpc_answer(connection.wait_for_end(number), RANGE, server)


def goaway_from_client(connection, server):
    number = open_range(connection, server)
    connection.send(frame(http2.GOAWAY, 0, 0, struct.pack(">II", 0, 0)))
    connection.send_data(number, RANGE_A, end_stream=True)
    return grpc_answer(connection.wait_for_end(number), RANGE, server)


def limits(connection, server):
    """Of what the server announces only what it allows counts for a client."""
    connection.wait_for(lambda: connection.settings)
    still_serves(connection, server)
    default = http2.WINDOW_DEFAULT
    return {
        "frame size": connection.settings.get(http2.SETTINGS_MAX_FRAME_SIZE, 16384) >= 16384,
        "window": connection.settings.get(http2.SETTINGS_INITIAL_WINDOW_SIZE, default) >= default,
    }


SMALL_WINDOW = http2.PREFACE + http2.settings((http2.SETTINGS_INITIAL_WINDOW_SIZE, 8))

STEPS = [
    Http2("ping", ping),
    Http2("settings", limits),
    Http2("two calls at once, answered in any order", two_at_once),
    Http2("100 calls at once", many(100)),
    Http2("a message in pieces of one byte", in_pieces),
    Http2("padded data", padded),
    Http2("headers continued in a second frame", continued),
    Http2("trailers from the client", trailers),
    Http2("a stream reset, then a call", reset_and_go_on),
    Http2("data behind the end of a stream", data_after_end),
    Http2("a window of 8 bytes", small_window, preface=SMALL_WINDOW),
    Http2("goaway from the client", goaway_from_client),
    # Allowed, and to be ignored.
    Http2("unknown frame", after(frame(0x42, 0xFF, 0, b"x" * 100))),
    Http2("unknown setting", after(http2.settings((0x4242, 1)))),
    Http2("priority", after(frame(http2.PRIORITY, 0, 3, b"\0\0\0\0\x10"))),
    Http2("settings again", after(http2.settings((4, 100_000), (3, 7)))),
    Http2("ping answer nobody asked for", after(frame(http2.PING, http2.ACK, 0, b"87654321"))),
    # Forbidden.
    Http2("data on stream 0", after(frame(http2.DATA, 0, 0, b"x"))),
    Http2("data on an idle stream", after(frame(http2.DATA, 0, 7, b"x"))),
    Http2("headers on stream 0", after(frame(http2.HEADERS, 4, 0, b"\x82"))),
    Http2("headers on an even stream", after(frame(http2.HEADERS, 4, 2, b"\x82"))),
    Http2("continuation of nothing", after(frame(http2.CONTINUATION, 4, 1, b"\x82"))),
    Http2("push promise", after(frame(http2.PUSH_PROMISE, 4, 1, b"\0\0\0\2\x82"))),
    Http2("headers that do not decode", after(frame(http2.HEADERS, 5, 1, b"\xff" * 20))),
    Http2("a frame that is too large", after(frame(http2.DATA, 0, 1, b"x" * 20_000))),
    Http2("a ping of 3 bytes", after(frame(http2.PING, 0, 0, b"abc"))),
    Http2("a ping on a stream", after(frame(http2.PING, 0, 1, b"12345678"))),
    Http2("settings of 5 bytes", after(frame(http2.SETTINGS, 0, 0, b"12345"))),
    Http2("settings on a stream", after(frame(http2.SETTINGS, 0, 1))),
    Http2("settings with a frame size of 1", after(http2.settings((5, 1)))),
    Http2("settings with a window of 4 GB", after(http2.settings((4, 0xFFFFFFFF)))),
    Http2("window update of 0", after(frame(http2.WINDOW_UPDATE, 0, 0, bytes(4)))),
    Http2(
        "window update beyond the limit",
        after(frame(http2.WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff")),
    ),
    Http2("window update on an idle stream", after(frame(http2.WINDOW_UPDATE, 0, 9, b"\0\0\0\1"))),
    Http2("reset of an idle stream", after(frame(http2.RST_STREAM, 0, 9, b"\0\0\0\1"))),
    Http2("reset of 3 bytes", after(frame(http2.RST_STREAM, 0, 1, b"abc"))),
    # The preface.
    Http2("a preface that is cut", lambda c, _: verdict(c), preface=http2.PREFACE[:20] + b"xxxx"),
    Http2("no settings after the preface", after(b""), preface=http2.PREFACE),
    Http2(
        "a ping before the settings",
        after(frame(http2.PING, 0, 0, b"12345678")),
        preface=http2.PREFACE,
    ),
]
