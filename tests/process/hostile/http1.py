"""Attacks by HTTP/1.1."""

import socket
import time

from .target import MEGABYTE, Broken, expect_closed, push, read_answer, wait_for

PUT = b"POST /v3/kv/put HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


def expect(answer, status, text):
    if answer[0] != status or text.encode() not in answer[1]:
        raise Broken(f"answered with {answer[0]} {answer[1][:300]}, not {status} {text!r}")


def dribble(client, data, seconds):
    """Byte by byte until the server has enough of it."""
    client.settimeout(0.02)
    deadline = time.monotonic() + seconds
    for i in range(len(data)):
        try:
            client.sendall(data[i : i + 1])
            if client.recv(1, socket.MSG_PEEK) == b"":
                return
        except socket.timeout:
            pass
        except OSError:
            return
        if time.monotonic() > deadline:
            raise Broken(f"{seconds} s of dribbling {data[:30]!r} do not end the connection")


def slow_head(target, _):
    """Heads that come byte by byte, on many connections at a time."""
    others = [target.connect() for _ in range(200)]
    for client in others:
        client.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\nA: ")
    with target.connect() as client:
        dribble(client, b"GET /version HTTP/1.1\r\n" + b"A: b\r\n" * 1000, 4)
    for client in others:
        expect(read_answer(client), 408, "Request Timeout")
        expect_closed(client, "a head that does not end")
        client.close()


def slow_second_head(target, _):
    """A good request, then a head that does not end."""
    with target.connect() as client:
        client.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\nGET /ver")
        expect(read_answer(client), 200, "etcdserver")
        expect_closed(client, "a second head that does not end")


def slow_body(target, _):
    """Bodies that do not end, on every kind of page."""
    pages = "/v3/kv/put", "/version", "/health", "/metrics", "/nowhere", "//version", "/livez"
    for path in pages:
        for method in ("POST", "GET"):
            head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode()
            with target.connect() as client:
                client.sendall(head + b'{"key":')
                expect_closed(client, f"the body of {method} {path} does not end", 4)
    with target.connect() as client:
        client.sendall(PUT + CHUNKED)
        dribble(client, b"1\r\na\r\n" * 1000, 4)


def idle_between(target, _):
    """The server still waits for a client that was answered and is quiet."""
    with target.connect() as client:
        for _ in range(3):
            client.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
            expect(read_answer(client), 200, "etcdserver")
            client.settimeout(0.9)
            try:
                if client.recv(1) == b"":
                    raise Broken("a quiet connection was closed")
            except socket.timeout:
                client.settimeout(5)


def pipelining(target, _):
    """Requests by the ten thousand without reading an answer."""
    for request in (
        b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
        b'POST /v3/kv/range HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\n\r\n{"key":"YQ=="}',
    ):
        target.reset_memory_peak()
        before = target.memory()
        with target.connect(receive_buffer=4096) as client:
            push(client, request * 10_000, 64 * MEGABYTE)
            target.check_serves()
            expect_growth_below(target, before, 16)


def expect_growth_below(target, before, megabytes):
    grown = (target.memory_peak() - before) / MEGABYTE
    if grown > megabytes:
        raise Broken(f"memory has grown by {grown:.0f} MB")


def pipelined_and_read(target, _):
    """Ten thousand requests at once: all are answered, in order, to those who read."""
    with target.connect() as client:
        client.setblocking(False)
        requests = b"".join(
            b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"version" if i % 2 else b"nowhere")
            for i in range(10_000)
        )
        answers = b""
        deadline = time.monotonic() + 20
        while answers.count(b"HTTP/1.1 ") < 10_000 or not answers.endswith(b"}"):
            if time.monotonic() > deadline:
                raise Broken(f"only {answers.count(b'HTTP/1.1 ')} of 10000 answers came")
            try:
                requests = requests[client.send(requests[: 1 << 16]) :] if requests else b""
            except BlockingIOError:
                pass
            try:
                piece = client.recv(1 << 20)
                if not piece:
                    raise Broken("the connection was closed")
                answers += piece
            except BlockingIOError:
                time.sleep(0.001)
        statuses = [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]]
        if statuses != [b"404", b"200"] * 5000:
            raise Broken("the answers are not in the order of the requests")


def endless_lines(target, _):
    """Lines, chunks' extensions and trailers that do not end: refused, and never kept."""
    for name, opening, piece in (
        ("request line", b"GET /", b"a" * 65536),
        ("field", b"GET / HTTP/1.1\r\nHost: x\r\nA: ", b"a" * 65536),
        ("fields", b"GET / HTTP/1.1\r\nHost: x\r\n", b"A: b\r\n" * 10_000),
        ("chunk extension", PUT + CHUNKED + b"5;", b"a" * 65536),
        ("chunk size", PUT + CHUNKED, b"0" * 65536),
        ("trailer", PUT + CHUNKED + b"0\r\nA: ", b"a" * 65536),
        ("trailers", PUT + CHUNKED + b"0\r\n", b"A: b\r\n" * 10_000),
    ):
        target.reset_memory_peak()
        before = target.memory()
        with target.connect() as client:
            client.sendall(opening)
            sent = push(client, piece, 256 * MEGABYTE, seconds=5)
            if sent > 64 * MEGABYTE:
                raise Broken(f"{sent >> 20} MB of one {name} were read")
            expect_closed(client, f"endless {name}")
        grown = (target.memory_peak() - before) >> 20
        if grown > 32:
            raise Broken(f"an endless {name} takes {grown} MB")


def bad_chunks(target, _):
    """Chunks that are none, and a million that are."""
    for body in (b"x", b"-1", b"F" * 17, b"1\r\nabcd", b"1\n", b""):
        with target.connect() as client:
            client.sendall(PUT + CHUNKED + body + b"\r\n\r\n\r\n")
            expect(read_answer(client), 400, "400 Bad Request")
            expect_closed(client, f"chunk {body!r}")
    with target.connect() as client:
        client.sendall(PUT + CHUNKED)
        dribble(client, b"0\r\n\r\n", 2)  # byte by byte; no key is in it
        expect(read_answer(client), 400, "key is not provided")
    chunks = b"".join(b"1\r\n%c\r\n" % c for c in b'{"key":"YQ==","value":"' + b"AAAA" * 50_000)
    with target.connect() as client:
        client.sendall(PUT + CHUNKED + chunks + b'1\r\n"\r\n1\r\n}\r\n0\r\n\r\n')
        expect(read_answer(client), 200, "header")


def large_bodies(target, _):
    """JSON above the limit of a request: refused with the reason, and not kept."""
    target.reset_memory_peak()
    before = target.memory()
    size = 100 * MEGABYTE
    with target.connect() as client:
        client.sendall(PUT + b"Content-Length: %d\r\n\r\n" % size)
        push(client, b'{"key":"' + b"A" * 65536, size, seconds=10)
        expect(read_answer(client), 429, "received message larger than max")
    expect_growth_below(target, before, 40)
    value = "A" * (4 * MEGABYTE)
    expect(target.post("/v3/kv/put", {"key": "YQ==", "value": value}), 429, "larger than max")
    value = "A" * (2 * MEGABYTE + 200_000)
    expect(target.post("/v3/kv/put", {"key": "YQ==", "value": value}), 400, "request is too large")


def unfinished_bodies(target, _):
    """Many bodies just below the limit that never end."""
    target.reset_memory_peak()
    before = target.memory()
    clients = []
    piece = b'{"key":"' + b"A" * (7 * MEGABYTE)
    for _ in range(100):
        client = target.connect()
        client.settimeout(1)
        try:
            client.sendall(PUT + b"Content-Length: %d\r\n\r\n" % (8 * MEGABYTE) + piece)
        except OSError:
            pass
        clients.append(client)
    target.check_serves()
    expect_growth_below(target, before, 320)
    for client in clients:
        expect_closed(client, "a body that does not end")
        client.close()


def deep_json(target, _):
    """Nesting that a recursive reader would die of."""
    for depth in (1_000, 9_999, 100_000, 1_000_000):
        for opening in ('{"a":', "["):
            text = opening * depth
            answer = target.ask(PUT + b"Content-Length: %d\r\n\r\n" % len(text) + text.encode())
            if answer[0] != 400:
                raise Broken(f"{depth} x {opening} is answered with {answer}")
    text = "{}"
    for _ in range(3000):
        text = '{"success":[{"requestTxn":' + text + "}]}"
    head = b"POST /v3/kv/txn HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(text)
    expect(target.ask(head + text.encode()), 400, "nested too deeply")


def split_answers(target, _):
    """Paths that would write lines of their own into an answer's head."""
    for path in ("//%0d%0aX-Evil:%20yes", "/a/../b%0d%0aX-Evil:%20yes", "/v3%0d%0aX-Evil:%20yes/..",
                 "//%0aX-Evil:%20yes?q", "//%3Cscript%3Ealert(1)%3C/script%3E"):  # fmt: skip
        with target.connect() as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            answer = b""
            while piece := client.recv(65536):
                answer += piece
        lines = answer.replace(b"\r\n", b"\n").split(b"\n")
        if any(line.startswith(b"X-Evil") for line in lines) or b"<script>" in answer:
            raise Broken(f"{path} is answered with {answer}")


def many_metrics(target, _):
    """Clients that name ever new versions of themselves."""
    expect(target.get("/metrics"), 200, "etcd_server_version")
    for i in range(3000):
        head = f"GET /version HTTP/1.1\r\nHost: x\r\nclient-api-version: {i}.{i}.{i}\r\n\r\n"
        target.ask(head.encode())
    if len(target.get("/metrics")[1]) > 2 * MEGABYTE:
        raise Broken("the metrics grow with what clients say of themselves")


def answers_not_read(target, _):
    """A long answer that nobody reads is given up."""
    from .connections import fill  # pylint: disable=import-outside-toplevel

    fill(target, b"big/", 8)
    before = target.descriptors()
    body = b'{"key":"YmlnLw==","range_end":"YmlnMA=="}'
    request = b"POST /v3/kv/range HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    clients = [target.connect(receive_buffer=4096) for _ in range(10)]
    for client in clients:
        client.sendall(request + body)
    wait_for("unread answers are given up", lambda: target.descriptors() <= before + 2, 20)
    for client in clients:
        client.close()


ATTACKS = [
    slow_head,
    slow_second_head,
    slow_body,
    idle_between,
    pipelining,
    pipelined_and_read,
    endless_lines,
    bad_chunks,
    large_bodies,
    unfinished_bodies,
    deep_json,
    split_answers,
    many_metrics,
    answers_not_read,
]
