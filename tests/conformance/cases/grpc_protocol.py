"""gRPC on the wire: methods, framing, encodings, limits, deadlines, metadata."""

from harness.requests import get
from harness.steps import Grpc, GrpcRaw, grpc_frame

KEY_A = b"\x0a\x01a"  # RangeRequest{key: "a"}
RANGE_A = grpc_frame(KEY_A)
# max-request-bytes, and what the server reads at most.
ENTRY_BYTES_MAX = 1572864
MESSAGE_BYTES_MAX = ENTRY_BYTES_MAX + 512 * 1024


def methods():
    for path in (
        "/etcdserverpb.KV/Nothing",
        "/etcdserverpb.KV/range",
        "/etcdserverpb.KV/",
        "/etcdserverpb.KV",
        "/etcdserverpb.Nothing/Range",
        "/nothing/Range",
        "/KV/Range",
        "/",
        "//",
        "///",
        "/a/b/c",
        "nothing",
        "etcdserverpb.KV/Range",
        "/etcdserverpb.KV/Range/",
        "/etcdserverpb.KV/Range?query",
        "/%65tcdserverpb.KV/Range",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        "/version",
        "/v3/kv/range",
        "*",
    ):
        yield GrpcRaw(f"path {path}", path=path, body=RANGE_A)


def frames():
    for name, body in (
        ("cut after the flag", b"\0"),
        ("cut in the length", b"\0\0\0"),
        ("cut before the message", grpc_frame(KEY_A)[:5]),
        ("cut in the message", grpc_frame(KEY_A)[:-1]),
        ("message of no bytes", grpc_frame(b"")),
        ("two messages", RANGE_A + RANGE_A),
        ("bytes behind the message", RANGE_A + b"\0\0"),
        ("a length of 4 GB", b"\0\xff\xff\xff\xff"),
        ("a length of 2 GB", b"\0\x80\0\0\0abc"),
        ("reserved flag 2", grpc_frame(KEY_A, 2)),
        ("reserved flag 255", grpc_frame(KEY_A, 255)),
    ):
        yield GrpcRaw(f"frame: {name}", body=body)
    # etcd 3.4 leaves such a call unanswered.
    yield GrpcRaw("frame: no message at all", seconds=1)


def protobufs():
    for name, data in (
        ("cut in a field", b"\x0a\x05a"),
        ("cut in a number", KEY_A + b"\x18\xff"),
        ("number too long", KEY_A + b"\x18" + b"\xff" * 10 + b"\x01"),
        ("field number 0", KEY_A + b"\x02\x01a"),
        ("wire type 6", KEY_A + b"\x0e"),
        ("wire type 7", KEY_A + b"\x0f"),
        ("end of a group", KEY_A + b"\x0c"),
        ("group that does not end", KEY_A + b"\x0b"),
        ("group in an unknown field", KEY_A + b"\xa3\x06\xa4\x06"),
        ("unknown fields", KEY_A + b"\xa0\x06\x01\xaa\x06\x01x\xad\x06abcd\xa9\x06abcdefgh"),
        ("key as a number", b"\x08\x01"),
        ("limit as bytes", KEY_A + b"\x1a\x01a"),
        ("limit as fixed64", KEY_A + b"\x19abcdefgh"),
        ("key twice", b"\x0a\x01x" + KEY_A),
        ("limit twice", KEY_A + b"\x18\x05\x18\x01"),
        ("number in ten bytes", KEY_A + b"\x18\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00"),
        ("negative limit", KEY_A + b"\x18" + b"\xff" * 9 + b"\x01"),
        ("boolean 2", KEY_A + b"\x38\x02"),
        ("length beyond 31 bits", b"\x0a\xff\xff\xff\xff\x0fa"),
        ("negative length", b"\x0a" + b"\xff" * 9 + b"\x01"),
        ("random", bytes(range(200, 256))),
    ):
        yield GrpcRaw(f"protobuf: {name}", body=grpc_frame(data))
    put = "/etcdserverpb.KV/Put"
    yield GrpcRaw("protobuf: nothing in a put", path=put, body=grpc_frame(b""))
    txn = "/etcdserverpb.KV/Txn"
    for name, data in (
        ("an operation that is cut", b"\x12\x05\x0a"),
        ("an operation of two kinds", b"\x12\x0a\x0a\x03" + KEY_A + b"\x12\x03" + KEY_A),
        ("two kinds, the other way", b"\x12\x0a\x12\x03" + KEY_A + b"\x0a\x03" + KEY_A),
        ("an operation given in two parts", b"\x12\x0a\x0a\x03" + KEY_A + b"\x0a\x03\x10\x00\x40"),
        ("an unknown operation", b"\x12\x05\x2a\x03" + KEY_A),
        ("success twice", b"\x12\x05\x0a\x03" + KEY_A + b"\x12\x05\x0a\x03" + KEY_A),
    ):
        yield GrpcRaw(f"protobuf: {name}", path=txn, body=grpc_frame(data))
    # A string field with bytes that are not UTF-8: names of users.
    user = "/etcdserverpb.Auth/UserGet"
    yield GrpcRaw("protobuf: no UTF-8 in a string", path=user, body=grpc_frame(b"\x0a\x02\xff\xfe"))


def encodings():
    for name in ("identity", "gzip", "deflate", "snappy", "nothing", ""):
        yield GrpcRaw(
            f"grpc-encoding {name or 'empty'}, flag 0",
            body=RANGE_A,
            extra=(("grpc-encoding", name),),
        )
    for name in ("identity", "deflate", "snappy", "nothing"):
        yield GrpcRaw(
            f"grpc-encoding {name}, flag 1",
            body=grpc_frame(KEY_A, 1),
            extra=(("grpc-encoding", name),),
        )
    yield GrpcRaw("flag 1 without grpc-encoding", body=grpc_frame(KEY_A, 1))
    yield GrpcRaw(
        "grpc-encoding gzip, flag 1, no gzip inside",
        body=grpc_frame(KEY_A, 1),
        extra=(("grpc-encoding", "gzip"),),
    )
    for accept in ("gzip", "identity,deflate,gzip", "identity", "nothing"):
        yield GrpcRaw(
            f"grpc-accept-encoding {accept}",
            body=RANGE_A,
            extra=(("grpc-accept-encoding", accept),),
        )


def headers():
    for content_type in (
        "application/grpc",
        "application/grpc+proto",
        "application/grpc;x",
        "application/grpc+json",
        "application/grpcx",
        "application/json",
        "text/plain",
        "APPLICATION/GRPC",
        "",
        None,
    ):
        yield GrpcRaw(
            f"content-type {content_type!r}",
            body=RANGE_A,
            headers={"content-type": content_type},
        )
    for te in (None, "", "trailers, deflate", "gzip"):
        yield GrpcRaw(f"te {te!r}", body=RANGE_A, headers={"te": te})
    for method in ("GET", "PUT", "HEAD", "OPTIONS"):
        yield GrpcRaw(f"method {method}", body=RANGE_A, headers={":method": method})
    yield GrpcRaw("scheme https", body=RANGE_A, headers={":scheme": "https"})
    yield GrpcRaw("authority of another host", body=RANGE_A, headers={":authority": "elsewhere"})
    yield GrpcRaw("no authority", body=RANGE_A, headers={":authority": None})


def deadlines():
    for timeout in (
        "1H", "1M", "5S", "1000m", "1000000u", "99999999n", "99999999H",
        "0S", "0n", "123456789S", "1", "S", "", "-1S", "1s", "1 S", "1.5S", "xS", "+1S",
    ):  # fmt: skip
        yield GrpcRaw(
            f"grpc-timeout {timeout!r}",
            body=RANGE_A,
            extra=(("grpc-timeout", timeout),),
            # Of a deadline that has passed, etcd says now this, now that.
            loose={"grpc-status": ("2", "4")},
        )


def metadata():
    for name, value in (
        ("hasleader", "true"),
        ("hasleader", "false"),
        ("client-api-version", "3.4"),
        ("client-api-version", ""),
        ("x-custom", "anything"),
        ("x-custom-bin", "AAEC"),
        ("x-custom-bin", "AAEC=="),
        ("x-custom-bin", "!not base64!"),
        ("user-agent", "grpc-go/1.50.0"),
        ("grpc-trace-bin", "AAEC"),
        ("grpc-tags-bin", "x"),
        ("grpc-unknown", "x"),
        ("authorization", ""),
        ("token", ""),
    ):
        yield GrpcRaw(f"metadata {name}: {value}", body=RANGE_A, extra=((name, value),))
    yield GrpcRaw(
        "metadata twice", body=RANGE_A, extra=(("hasleader", "false"), ("hasleader", "true"))
    )
    yield GrpcRaw("metadata of 7 kB", body=RANGE_A, extra=(("x-long", "x" * 7000),))
    # Without users and passwords a token means nothing, but 3.4 refuses one it does not know.
    yield GrpcRaw("a token without authentication", body=RANGE_A, extra=(("token", "abc.1"),))
    yield GrpcRaw("authorization", body=RANGE_A, extra=(("authorization", "Bearer abc.1"),))


def limits():
    for name, size in (
        ("below the limit of a log entry", ENTRY_BYTES_MAX - 100),
        ("above the limit of a log entry", ENTRY_BYTES_MAX + 1),
        ("at the limit of a message", MESSAGE_BYTES_MAX - 10),
        ("above the limit of a message", MESSAGE_BYTES_MAX + 1),
        ("twice the limit of a message", 2 * MESSAGE_BYTES_MAX),
    ):
        yield Grpc(
            "KV/Put", {"key": b"big", "value": b"v" * size}, name=f"put of {size} bytes, {name}"
        )
    yield Grpc("KV/Range", {"key": b"k" * (MESSAGE_BYTES_MAX - 20)}, name="range of a 2 MB key")
    yield Grpc("KV/Range", {"key": b"k" * MESSAGE_BYTES_MAX}, name="range of a larger key")
    yield Grpc(
        "KV/DeleteRange", {"key": b"k" * (ENTRY_BYTES_MAX + 1)}, name="delete of a 1.5 MB key"
    )
    many = [{"request_put": {"key": b"m%d" % i, "value": b"v" * 100_000}} for i in range(16)]
    yield Grpc("KV/Txn", {"success": many[:15]}, name="txn of 1.5 MB")
    yield Grpc("KV/Txn", {"success": many}, name="txn of 1.6 MB")
    yield get(b"big", keys_only=True)
    yield get(b"m", b"n", count_only=True)


STEPS = [
    Grpc("KV/Put", {"key": b"a", "value": b"1"}),
    *methods(),
    *frames(),
    *protobufs(),
    *encodings(),
    *headers(),
    *deadlines(),
    *metadata(),
    *limits(),
]
