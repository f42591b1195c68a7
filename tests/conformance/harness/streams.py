"""Calls that last: streams both ways, and answers that only come once something else happened.

A script is a function of the calls it opens: talk(calls) opens some, does other things meanwhile,
and returns what is to be compared.
"""

import dataclasses
import json
from typing import Any, Callable

from harness import http1, http2, messages
from harness.normalise import normalise
from harness.steps import SECONDS, grpc_answer, grpc_frame, grpc_headers, split_grpc_frames

QUIET_SECONDS = 0.3  # a server that has nothing to say is listened to for so long


class GrpcCall:
    """One call on a connection of its own."""

    def __init__(self, server, method, metadata):
        self._server = server
        self._method = messages.full_method(method)
        self._connection = http2.Connection(server.client_port, SECONDS)
        headers = grpc_headers(server, self._method, extra=metadata)
        self._number = self._connection.open_stream(headers)
        self._stream = self._connection.streams[self._number]
        self._taken = 0

    def send(self, fields, last=False):
        data = grpc_frame(messages.encode_request(self._method, fields))
        self._connection.send_data(self._number, data, last)

    def finish_sending(self):
        self._connection.send_data(self._number, b"", True)

    def take(self, count=1):
        """The next messages; fewer when the call ends before."""
        wanted = self._taken + count
        self._connection.wait_for(
            lambda: self._stream.end is not None or len(self._frames()) >= wanted
        )
        frames = self._frames()[self._taken : wanted]
        self._taken += len(frames)
        return normalise(
            [messages.decode_response(self._method, data) for _, data in frames], self._server
        )

    def _frames(self):
        return split_grpc_frames(self._stream.data)

    def end(self):
        """The whole answer, once the call has ended."""
        self._connection.wait_for_end(self._number)
        self._connection.close()
        return grpc_answer(self._stream, self._method, self._server)

    def is_silent(self):
        """Whether nothing new comes in a moment."""
        seen = len(self._stream.data), self._stream.end
        self._connection.listen(QUIET_SECONDS)
        return seen == (len(self._stream.data), self._stream.end)

    def cancel(self):
        self._connection.reset(self._number, http2.ERROR_NAMES.index("CANCEL"))
        self._connection.close()

    def close(self):
        self._connection.close()


class GatewayCall:
    """One POST to the gateway, of which every line is an answer. `path` without /v3."""

    def __init__(self, server, path, body):
        self._server = server
        self._connection = http1.Connection(server.client_port, SECONDS)
        head = (
            f"POST /v3{path} HTTP/1.1\r\nHost: 127.0.0.1:{server.client_port}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._connection.send(head.encode() + body.encode())

    def head(self):
        """Status line and headers; only once, and first."""
        status, headers = self._connection.read_head() or ("none", [])
        names = {name.lower(): value for name, value in headers}
        if "date" in names:
            names["date"] = "<present>"
        return normalise({"status": status, "headers": names}, self._server)

    def take(self, count=1):
        lines = [self._connection.read_line_of_chunks() for _ in range(count)]
        return normalise([json.loads(line) if line else line for line in lines], self._server)

    def rest(self):
        """What still comes, with its chunks, as text."""
        return self._connection.read_rest().decode("utf-8", "backslashreplace")

    def close(self):
        self._connection.close()


class Calls:
    """What a script talks to: one server."""

    def __init__(self, server):
        self.server = server
        self._open = []

    def grpc(self, method, *fields, metadata=(), last=False):
        """Opens a call and sends these messages."""
        call = GrpcCall(self.server, method, metadata)
        self._open.append(call)
        for each in fields:
            call.send(each)
        if last:
            call.finish_sending()
        return call

    def unary(self, method, fields, metadata=()):
        """Opens a call with one request, whose answer may be long in coming."""
        return self.grpc(method, fields, metadata=metadata, last=True)

    def gateway(self, path, body):
        call = GatewayCall(self.server, path, body)
        self._open.append(call)
        return call

    def ask(self, step):
        """Another step meanwhile."""
        return step.perform(self.server)

    def await_answer(self, step, is_met):
        """Asks until the answer is right."""
        for _ in range(1000):
            answer = step.perform(self.server)
            if is_met(answer):
                return answer
        return answer

    def close(self):
        for call in self._open:
            call.close()


@dataclasses.dataclass
class Talk:
    """A script of calls that last."""

    name: str
    talk: Callable[[Calls], Any]
    loose: dict = dataclasses.field(default_factory=dict)

    def perform(self, server):
        calls = Calls(server)
        try:
            return self.talk(calls)
        finally:
            calls.close()
