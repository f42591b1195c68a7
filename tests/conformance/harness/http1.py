"""HTTP/1.1 over a bare socket: requests are written byte by byte, answers read as they are."""

import dataclasses
import socket
import time


@dataclasses.dataclass
class Answer:
    """One answer. `framing` says how its end was marked: length, chunked, until closed, none."""

    status_line: str
    headers: list
    body: bytes = b""
    framing: str = "none"
    trailers: list = dataclasses.field(default_factory=list)


class Connection:
    """One TCP connection. Nothing here raises for what the server does: it is recorded."""

    def __init__(self, port, seconds):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self._deadline = time.monotonic() + seconds
        self._input = b""
        self.end = None  # "disconnected" or "timeout" once nothing more can come

    def close(self):
        self._socket.close()

    def send(self, data):
        try:
            self._socket.sendall(data)
        except OSError:
            pass  # what the server said before it hung up can still be read

    def finish_sending(self):
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def read_answer(self, to_head=False):
        """The next answer, or None when there is no whole one."""
        head = self.read_head()
        if head is None:
            return None
        answer = Answer(*head)
        names = {header[0].lower(): header[-1] for header in answer.headers}
        status = int(answer.status_line.split(" ")[1])
        if to_head or status in (204, 304) or 100 <= status < 200:
            return answer
        if names.get("transfer-encoding") == "chunked":
            answer.framing = "chunked"
            answer.body = self._read_chunks()
            answer.trailers = self._read_trailers()
        elif "content-length" in names:
            answer.framing = "length"
            answer.body = self._read(int(names["content-length"]))
        else:
            answer.framing = "until closed"
            self.wait_until_disconnected()
            answer.body, self._input = self._input, b""
        return answer

    def read_head(self):
        """Status line and headers of an answer that goes on, or None."""
        head = self._read_until(b"\r\n\r\n")
        if head is None:
            return None
        lines = head.decode("latin-1").split("\r\n")
        return lines[0], [tuple(line.split(": ", 1)) for line in lines[1:]]

    def read_line_of_chunks(self):
        """The next chunk as text, which a stream's answers fill one each; empty at the end."""
        line = self._read_until(b"\r\n")
        size = int(line.split(b";")[0], 16) if line else 0
        data = self._read(size)
        self._read(2)
        return data.decode()

    def read_rest(self):
        """All that comes until the server hangs up."""
        self.wait_until_disconnected()
        return self._input

    def _read_chunks(self):
        body = b""
        while True:
            line = self._read_until(b"\r\n")
            if line is None:
                return body
            size = int(line.split(b";")[0], 16)
            if size == 0:
                return body
            body += self._read(size)
            self._read(2)

    def _read_trailers(self):
        trailers = []
        while line := self._read_until(b"\r\n"):
            trailers.append(tuple(line.decode("latin-1").split(": ", 1)))
        return trailers

    def _read_until(self, mark):
        while mark not in self._input:
            if not self._receive():
                return None
        found, self._input = self._input.split(mark, 1)
        return found

    def _read(self, size):
        while len(self._input) < size and self._receive():
            pass
        data, self._input = self._input[:size], self._input[size:]
        return data

    def wait_until_disconnected(self):
        while self._receive():
            pass
        return self.end

    def _receive(self):
        if self.end is not None:
            return False
        self._socket.settimeout(max(self._deadline - time.monotonic(), 0.001))
        try:
            data = self._socket.recv(1 << 16)
        except socket.timeout:
            self.end = "timeout"
            return False
        except OSError:
            data = b""
        if not data:
            self.end = "disconnected"
            return False
        self._input += data
        return True
