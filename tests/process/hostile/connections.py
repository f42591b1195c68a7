"""Attacks on connections as such: silence, numbers, ends that never come."""

import base64
import socket
import ssl
import struct

from . import frames
from .target import Broken, Target, expect_closed, read_answer, wait_for


def silent(target, _):
    """Two thousand connections that say nothing, or half of what tells the protocol."""
    openings = [b"", b"P", frames.PREFACE[:20]]
    clients = [target.connect() for _ in range(2000)]
    for i, client in enumerate(clients):
        client.sendall(openings[i % len(openings)])
    target.check_serves()
    for client in clients:
        expect_closed(client, "nothing was sent")
        client.close()


def silent_tls(target, _):
    """TLS handshakes that stop after every number of bytes."""
    hello = client_hello()
    clients = []
    for size in range(1, len(hello)):
        client = socket.create_connection(("127.0.0.1", target.tls_port))
        client.sendall(hello[:size])
        clients.append(client)
    target.check_serves()
    for client in clients:
        expect_closed(client, "the handshake goes no further")
        client.close()


def client_hello():
    """The first bytes of a real handshake."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def broken_tls(target, _):
    """What is no TLS on the port for TLS, and TLS records that are none."""
    for opening in (
        b"\x16\x03\x01\x00\x05hello",
        b"\x16\x03\x01\xff\xff" + b"\xff" * 70_000,
        b"\x16" + b"\0" * 1000,
        b"\x15\x03\x01\x00\x02\x02\x28" * 1000,
    ):
        with socket.create_connection(("127.0.0.1", target.tls_port)) as client:
            client.sendall(opening)
            expect_closed(client, f"{opening[:6]!r}")


def tls_without_goodbye(target, _):
    """TLS clients that keep the connection when the server has said goodbye."""
    before = target.descriptors()
    clients = []
    for _ in range(50):
        client = target.connect_tls()
        client.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        clients.append(client)
    wait_for("the server lets go of its end", lambda: target.descriptors() <= before + 5, 10)
    for client in clients:
        client.close()


def tls_without_reading(target, _):
    """TLS clients that take no byte of an answer that is to close the connection."""
    fill(target, b"tls/", 8)
    before = target.descriptors()
    clients = []
    # {"key": "tls/", "range_end": "tls0"}: 8 MB, more than sockets hold.
    body = b'{"key":"dGxzLw==","range_end":"dGxzMA=="}'
    for _ in range(5):
        client = target.connect_tls()
        client.sendall(
            b"POST /v3/kv/range HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
            + str(len(body)).encode() + b"\r\n\r\n" + body
        )  # fmt: skip
        clients.append(client)
    # At the latest by --client-answer-timeout.
    wait_for("the server gives up", lambda: target.descriptors() <= before + 2, 70)
    for client in clients:
        client.close()


def fill(target, prefix, megabytes):
    """Puts values of 1 MB."""
    value = base64.b64encode(b"v" * (1 << 20)).decode()
    for i in range(megabytes):
        key = base64.b64encode(prefix + b"%06d" % i).decode()
        status, answer = target.post("/v3/kv/put", {"key": key, "value": value})
        if status != 200:
            raise Broken(f"a put of 1 MB: {status} {answer[:200]}")


def half_closed(target, _):
    """Clients that say they have nothing more to say, at every point."""
    openings = [
        b"",
        b"GET",
        b"GET /version HTTP/1.1\r\nHost: x\r\n",
        b"POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
        frames.PREFACE[:10],
        frames.PREFACE,
        frames.PREFACE + frames.settings(),
        frames.PREFACE + frames.settings() + frames.open_stream(1),
        frames.PREFACE + frames.settings() + frames.frame(frames.HEADERS, 0, 1, frames.head()),
        frames.PREFACE + frames.settings() + frames.call(1, frames.range_all())[:-3],
    ]
    for opening in openings * 30:
        client = target.connect()
        client.sendall(opening)
        client.shutdown(socket.SHUT_WR)
        expect_closed(client, f"half closed after {opening[-30:]!r}")
        client.close()


def aborted(target, _):
    """Connections reset with requests under way."""
    for i in range(500):
        client = target.connect()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        opening = frames.PREFACE + frames.settings()
        client.sendall(opening + b"".join(frames.call(2 * n + 1, b"\x0a\x01a") for n in range(i)))
        client.close()


def no_descriptors_left(_, scratch):
    """More connections than the process may have descriptors: the data must not suffer."""
    target = Target(scratch.binary, scratch.directory("descriptors"), descriptors=300)
    try:
        clients = []
        kept = target.connect()
        kept.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
        read_answer(kept)
        for _ in range(600):
            clients.append(target.connect())
        for i in range(300):
            # Long values: the log needs new files meanwhile.
            body = b'{"key":"a2V5","value":"' + b"dmFs" * 100_000 + b'"}'
            kept.sendall(
                b"POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
                + body
            )
            answer = read_answer(kept)
            if answer[0] != 200:
                raise Broken(f"put {i} is answered with {answer}; {target.log_tail()}")
        for client in clients:
            client.close()
        target.check_serves()
    finally:
        target.kill()


ATTACKS = [
    silent,
    silent_tls,
    broken_tls,
    tls_without_goodbye,
    tls_without_reading,
    half_closed,
    aborted,
    no_descriptors_left,
]
