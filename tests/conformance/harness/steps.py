"""What a case file is made of: one step is one thing asked of both servers.

perform(server) returns the answer as nested dicts and lists, already normalised.
"""

import dataclasses
import json
import struct
from typing import Any, Callable

from harness import http1, http2, messages
from harness.normalise import normalise

SECONDS = 5  # for one step; a server that says nothing for so long is recorded as "timeout"


def short(data, length=100):
    """For names of cases and for the eye."""
    text = str(data)
    return text if len(text) <= length else f"{text[: length // 2]}... ({len(text)} characters)"


def described(fields):
    return ", ".join(f"{k}={short(v)}" for k, v in fields.items())


def grpc_frame(data, flag=0):
    return struct.pack(">BI", flag, len(data)) + data


def grpc_headers(server, path, replaced=None, extra=()):
    """The usual headers; `replaced` changes some of them or, with None, leaves them out."""
    headers = {
        ":method": "POST",
        ":scheme": "http",
        ":path": path,
        ":authority": f"127.0.0.1:{server.client_port}",
        "content-type": "application/grpc",
        "te": "trailers",
        **(replaced or {}),
    }
    return [(k, v) for k, v in headers.items() if v is not None] + list(extra)


def grpc_answer(stream, method, server):
    """Status, headers and messages of one call."""
    answer = {"end": stream.end}
    blocks = [dict(_as_text(block)) for block in stream.header_blocks]
    if blocks:
        # An error may come as trailers alone; where the status stands is part of the answer.
        answer["form"] = ["headers", "headers, trailers"][min(len(blocks), 2) - 1]
        answer["headers"] = blocks[0]
        answer["trailers"] = blocks[-1] if len(blocks) > 1 else {}
        for name in ("grpc-status", "grpc-message"):
            answer[name] = blocks[-1].pop(name, None)
    answer["messages"] = [
        messages.decode_response(method, data) if flag == 0 else {"flag": flag, "data": data.hex()}
        for flag, data in split_grpc_frames(stream.data)
    ]
    return normalise(answer, server)


def _as_text(block):
    for pair in block:
        yield tuple(x.decode("latin-1") if isinstance(x, bytes) else x for x in pair[:2])


def split_grpc_frames(data):
    """The whole messages in `data`, as (flag, bytes)."""
    frames = []
    while len(data) >= 5:
        flag, size = struct.unpack(">BI", data[:5])
        if len(data) < 5 + size:
            break
        frames.append((flag, data[5 : 5 + size]))
        data = data[5 + size :]
    return frames


@dataclasses.dataclass
class Grpc:
    """A call with one request message. With `take`, the call is cancelled after so many answers."""

    method: str
    fields: dict = dataclasses.field(default_factory=dict)
    metadata: tuple = ()
    take: int | None = None
    name: str = ""
    loose: dict = dataclasses.field(default_factory=dict)  # see compare.differences

    def __post_init__(self):
        extra = [described(self.fields)] if self.fields else []
        extra += [f"{k}: {v}" for k, v in self.metadata]
        self.name = self.name or " ".join([self.method, *extra])

    def perform(self, server):
        return grpc_answer(self.call(server), messages.full_method(self.method), server)

    def call(self, server):
        """The stream, ended."""
        method = messages.full_method(self.method)
        data = grpc_frame(messages.encode_request(method, self.fields))
        connection = http2.Connection(server.client_port, SECONDS)
        number = connection.open_stream(grpc_headers(server, method, extra=self.metadata))
        connection.send_data(number, data, end_stream=True)
        stream = connection.streams[number]
        if self.take is None:
            connection.wait_for_end(number)
        else:
            connection.wait_for(
                lambda: stream.end is not None or len(split_grpc_frames(stream.data)) >= self.take
            )
            connection.reset(number, http2.ERROR_NAMES.index("CANCEL"))
        connection.close()
        return stream


@dataclasses.dataclass
class GrpcRaw:
    """A call whose headers and body are made by hand."""

    name: str
    path: str = "/etcdserverpb.KV/Range"
    body: bytes = b""
    headers: dict = dataclasses.field(default_factory=dict)
    extra: tuple = ()
    end_stream: bool = True
    seconds: float = SECONDS
    loose: dict = dataclasses.field(default_factory=dict)

    def perform(self, server):
        connection = http2.Connection(server.client_port, self.seconds)
        headers = grpc_headers(server, self.path, self.headers, self.extra)
        is_empty = self.end_stream and not self.body
        number = connection.open_stream(headers, end_stream=is_empty)
        if not is_empty:
            connection.send_data(number, self.body, self.end_stream)
        stream = connection.wait_for_end(number)
        connection.close()
        return grpc_answer(stream, self.path, server)


@dataclasses.dataclass
class Http2:
    """A script on one connection: talk(connection, server) returns the answer."""

    name: str
    talk: Callable[[http2.Connection, Any], Any]
    preface: bytes | None = None
    loose: dict = dataclasses.field(default_factory=dict)

    def perform(self, server):
        connection = http2.Connection(server.client_port, SECONDS, self.preface)
        answer = self.talk(connection, server)
        connection.close()
        return normalise(answer, server)


def http_answer(answer, server):
    if answer is None:
        return {"status": "none"}
    headers = {}
    for header in answer.headers:
        name = header[0].lower()
        headers[name] = ", ".join(filter(None, [headers.get(name), header[-1]]))
    # The date is the time, the length follows from the body, of which ids are a part.
    for name in ("date", "content-length"):
        if name in headers:
            headers[name] = "<present>"
    result = {
        "status": answer.status_line,
        "headers": headers,
        "framing": answer.framing,
    }
    if answer.trailers:
        result["trailers"] = {t[0].lower(): t[-1] for t in answer.trailers}
    text = answer.body.decode("utf-8", "backslashreplace")
    values = _json_values(text)
    if values is None:
        result["body"] = text
    else:
        result["body"] = values[0] if len(values) == 1 else values
        result["text"] = text  # looked at when the values are equal: order, spaces, escapes
    return normalise(result, server)


def _json_values(text):
    """The JSON values of a body, or None when it is not made of JSON objects."""
    values = []
    rest = text.lstrip()
    while rest.startswith("{"):
        try:
            value, end = json.JSONDecoder().raw_decode(rest)
        except ValueError:
            return None
        values.append(value)
        rest = rest[end:].lstrip()
    return values if values and not rest else None


@dataclasses.dataclass
class Http:
    """Bytes over one connection and the answers to them.

    `answers` is how many are awaited; with `then_closed` it is also recorded whether the server
    hangs up after them.
    """

    name: str
    data: bytes
    answers: int = 1
    to_head: bool = False
    half_close: bool = False
    then_closed: bool = False
    to_peer_port: bool = False
    transform: Callable[[bytes], Any] | None = None
    loose: dict = dataclasses.field(default_factory=dict)

    def perform(self, server):
        port = server.peer_port if self.to_peer_port else server.client_port
        connection = http1.Connection(port, SECONDS)
        connection.send(self.data.replace(b"HOST", b"127.0.0.1:%d" % port))
        if self.half_close:
            connection.finish_sending()
        results = []
        for _ in range(self.answers):
            answer = connection.read_answer(self.to_head)
            results.append(http_answer(answer, server))
            if self.transform is not None and answer is not None:
                results[-1]["body"] = self.transform(answer.body)
                results[-1].pop("text", None)
            if answer is None:
                results[-1]["connection"] = connection.end
                break
        if self.then_closed:
            results.append({"connection": connection.wait_until_disconnected()})
        connection.close()
        return results[0] if len(results) == 1 else results


def request(method, path, body=b"", headers=(), name="", **options):
    """An ordinary request with Host and, if it has a body, Content-Length."""
    lines = [f"{method} {path} HTTP/1.1", "Host: HOST", *headers]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    data = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
    described_headers = "".join(f" [{h}]" for h in headers)
    name = name or f"{method} {path}{described_headers} {short(body) if body else ''}".rstrip()
    return Http(name, data, to_head=method == "HEAD", **options)


def get(path, *headers, **options):
    return request("GET", path, headers=headers, **options)


def post(path, body="", *headers, **options):
    """To the JSON gateway; `path` without /v3."""
    data = body if isinstance(body, bytes) else body.encode()
    path = path if path.startswith("/v3") else "/v3" + path
    return request("POST", path, data, headers, **options)
