"""A small HTTP/2 client (RFC 9113) that can also misbehave: every frame is made by hand."""

import select
import socket
import struct
import time

import hpack

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY = range(8)
WINDOW_UPDATE, CONTINUATION = 8, 9
END_STREAM, ACK, END_HEADERS, PADDED = 0x1, 0x1, 0x4, 0x8
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS_INITIAL_WINDOW_SIZE, SETTINGS_MAX_FRAME_SIZE = 4, 5
WINDOW_MAX = 2**31 - 1
WINDOW_DEFAULT = 65535
FRAME_BYTES_MAX = 16384
ERROR_NAMES = [
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
    "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
    "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
]  # fmt: skip


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in pairs))


def error_name(code):
    return ERROR_NAMES[code] if code < len(ERROR_NAMES) else str(code)


class Stream:
    """What came back for one request."""

    def __init__(self, window):
        self.header_blocks = []  # the answer's headers, then its trailers
        self.data = b""
        self.end = None  # None while open; then "closed" or what cut it
        self.send_window = window


class Connection:
    """One TCP connection. Nothing here raises for what the server does: it is recorded."""

    def __init__(self, port, seconds, preface=None):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self._deadline = time.monotonic() + seconds
        self._encoder = hpack.Encoder()
        self._decoder = hpack.Decoder()
        self._next_stream = 1
        self._peer_initial_window = WINDOW_DEFAULT
        self._window = WINDOW_DEFAULT
        self._input = b""
        self.streams = {}
        self.end = None  # why nothing more can come: "disconnected", "timeout"
        self.settings = {}
        self.pongs = []
        if preface is None:
            preface = PREFACE + settings((SETTINGS_INITIAL_WINDOW_SIZE, WINDOW_MAX))
            preface += frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", WINDOW_MAX - WINDOW_DEFAULT))
        self.send(preface)

    def close(self):
        self._socket.close()

    # ---- Sending

    def send(self, data):
        try:
            self._socket.sendall(data)
        except OSError:
            self._disconnected()

    def open_stream(self, headers, end_stream=False, extra_flags=0):
        """Sends a block of headers on a new stream and returns its number."""
        number = self._next_stream
        self._next_stream += 2
        self.streams[number] = Stream(self._peer_initial_window)
        self.send_headers(number, headers, end_stream, extra_flags)
        return number

    def send_headers(self, number, headers, end_stream=False, extra_flags=0):
        flags = END_HEADERS | extra_flags | (END_STREAM if end_stream else 0)
        self.send(frame(HEADERS, flags, number, self._encoder.encode(headers, huffman=False)))

    def send_data(self, number, data, end_stream):
        """Keeps to the server's windows; stops when the server has ended the stream."""
        stream = self.streams[number]
        while data and stream.end is None and self.end is None:
            size = min(len(data), stream.send_window, self._window, FRAME_BYTES_MAX)
            if size <= 0:
                self._receive()
                continue
            stream.send_window -= size
            self._window -= size
            is_last = end_stream and size == len(data)
            self.send(frame(DATA, END_STREAM if is_last else 0, number, data[:size]))
            data = data[size:]
            if is_last:
                return
        if end_stream and stream.end is None:
            self.send(frame(DATA, END_STREAM, number))

    def reset(self, number, code):
        self.send(frame(RST_STREAM, 0, number, struct.pack(">I", code)))

    # ---- Receiving

    def wait_for(self, is_met):
        """Reads until is_met(), or nothing more can come."""
        while not is_met() and self.end is None:
            self._receive()

    def wait_for_end(self, number):
        stream = self.streams[number]
        self.wait_for(lambda: stream.end is not None)
        return stream

    def wait_until_disconnected(self):
        self.wait_for(lambda: False)

    def listen(self, seconds):
        """Reads what comes within so long."""
        end = time.monotonic() + seconds
        while self.end is None:
            left = max(end - time.monotonic(), 0)
            if not select.select([self._socket], [], [], left)[0]:
                return
            self._receive()

    def _receive(self):
        self._socket.settimeout(max(self._deadline - time.monotonic(), 0.001))
        try:
            data = self._socket.recv(1 << 16)
        except socket.timeout:
            self.end = "timeout"
            self._end_streams("timeout")
            return
        except OSError:
            data = b""
        if not data:
            self._disconnected()
            return
        self._input += data
        while len(self._input) >= 9:
            size = int.from_bytes(self._input[:3], "big")
            if len(self._input) < 9 + size:
                return
            kind, flags, number = struct.unpack(">BBI", self._input[3:9])
            payload = self._input[9 : 9 + size]
            self._input = self._input[9 + size :]
            self._handle(kind, flags, number & WINDOW_MAX, payload)

    def _handle(self, kind, flags, number, payload):
        stream = self.streams.get(number)
        if kind == SETTINGS and not flags & ACK:
            self._take_settings(payload)
        elif kind == PING and flags & ACK:
            self.pongs.append(payload)
        elif kind == PING:
            self.send(frame(PING, ACK, 0, payload))
        elif kind == WINDOW_UPDATE:
            self._grow_window(stream, number, struct.unpack(">I", payload)[0])
        elif stream is not None:
            self._handle_stream(stream, kind, flags, payload)

    def _handle_stream(self, stream, kind, flags, payload):
        if kind == RST_STREAM:
            # After the end of the answer a reset only says: send no more.
            if stream.end is None:
                stream.end = "reset " + error_name(struct.unpack(">I", payload)[0])
            return
        if kind in (DATA, HEADERS) and flags & PADDED:
            payload = payload[1 : len(payload) - payload[0]]
        if kind == DATA:
            stream.data += payload
        elif kind == HEADERS:
            stream.header_blocks.append(self._decoder.decode(payload))
        if flags & END_STREAM and kind in (DATA, HEADERS):
            stream.end = "closed"

    def _take_settings(self, payload):
        for at in range(0, len(payload) - 5, 6):
            name, value = struct.unpack(">HI", payload[at : at + 6])
            self.settings[name] = value
            if name == SETTINGS_INITIAL_WINDOW_SIZE:
                for stream in self.streams.values():
                    stream.send_window += value - self._peer_initial_window
                self._peer_initial_window = value
        self.send(frame(SETTINGS, ACK, 0))

    def _grow_window(self, stream, number, size):
        if number == 0:
            self._window += size
        elif stream is not None:
            stream.send_window += size

    def _disconnected(self):
        self.end = "disconnected"
        self._end_streams("disconnected")

    def _end_streams(self, why):
        for stream in self.streams.values():
            if stream.end is None:
                stream.end = why
