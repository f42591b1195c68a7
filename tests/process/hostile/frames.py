"""HTTP/2 frames (RFC 9113) in bulk: header blocks are stateless, so blocks can be sent by the
thousand without an encoder."""

import struct

import hpack

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY = range(8)
WINDOW_UPDATE, CONTINUATION = 8, 9
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS_INITIAL_WINDOW_SIZE = 4
WINDOW_MAX = 2**31 - 1


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in pairs))


def integer(value, prefix_bits, first):
    """RFC 7541 §5.1."""
    most = (1 << prefix_bits) - 1
    if value < most:
        return bytes([first | value])
    out = bytes([first | most])
    value -= most
    while value >= 0x80:
        out += bytes([0x80 | value & 0x7F])
        value >>= 7
    return out + bytes([value])


def field(name, value):
    """A literal field without indexing (RFC 7541 §6.2.2)."""
    return b"\0" + integer(len(name), 7, 0) + name + integer(len(value), 7, 0) + value


def head(path=b"/etcdserverpb.KV/Range", content_type=b"application/grpc", more=b""):
    return (
        field(b":method", b"POST")
        + field(b":scheme", b"http")
        + field(b":path", path)
        + field(b":authority", b"x")
        + field(b"te", b"trailers")
        + field(b"content-type", content_type)
        + more
    )


def open_stream(number, block=None, end_stream=False):
    flags = END_HEADERS | (END_STREAM if end_stream else 0)
    return frame(HEADERS, flags, number, head() if block is None else block)


def message(data, flag=0):
    return bytes([flag]) + struct.pack(">I", len(data)) + data


def data(number, payload, end_stream=True):
    """Cut into frames of the size that every server takes."""
    out = b""
    while len(payload) > 16384:
        out += frame(DATA, 0, number, payload[:16384])
        payload = payload[16384:]
    return out + frame(DATA, END_STREAM if end_stream else 0, number, payload)


def call(number, request, path=b"/etcdserverpb.KV/Range"):
    return open_stream(number, head(path)) + data(number, message(request))


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([0x80 | value & 0x7F])
        value >>= 7
    return out + bytes([value])


def bytes_field(number, value):
    """A field of a protobuf message."""
    return varint(number << 3 | 2) + varint(len(value)) + value


def number_field(number, value):
    return varint(number << 3) + varint(value)


def range_all():
    return bytes_field(1, b"\0") + bytes_field(2, b"\0")


class Reader:
    """Cuts what a server sends into frames: (kind, flags, stream, payload)."""

    def __init__(self, client):
        self._client = client
        self._input = b""
        self._decoder = hpack.Decoder()

    def next(self):
        """The next frame; None when the server has closed."""
        while len(self._input) < 9 or len(self._input) < 9 + self._size():
            try:
                piece = self._client.recv(1 << 16)
            except ConnectionError:
                return None
            if not piece:
                return None
            self._input += piece
        size = self._size()
        kind, flags, number = struct.unpack(">BBI", self._input[3:9])
        payload = self._input[9 : 9 + size]
        self._input = self._input[9 + size :]
        return kind, flags, number & WINDOW_MAX, payload

    def fields(self, block):
        """What a header block says; each block of a connection must be asked for, in order."""
        return dict(self._decoder.decode(block))

    def _size(self):
        return int.from_bytes(self._input[:3], "big")

    def until(self, is_wanted):
        """The first frame that is_wanted; None when the server closes before."""
        while (found := self.next()) is not None:
            if is_wanted(*found):
                return found
        return None
