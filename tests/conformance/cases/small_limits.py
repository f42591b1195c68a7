"""Flags that set limits: the size of a request, the operations of a transaction."""

from harness.requests import get, get_all, op_get, op_put, op_txn, put, txn
from harness.steps import GrpcRaw, post

FLAGS = ["--max-request-bytes=2000", "--max-txn-ops=3"]
MESSAGE_BYTES_MAX = 2000 + 512 * 1024


def sizes():
    for size in (1, 1900, 1950, 2000, 2001, 100_000, MESSAGE_BYTES_MAX - 20, MESSAGE_BYTES_MAX):
        yield put(b"k", b"v" * size)
        yield get(b"k", keys_only=True)
    yield GrpcRaw("a message announced too large", body=b"\0\0\x10\0\0")
    yield GrpcRaw("a message announced just small enough", body=b"\0\0\x08\x07\xd0abc")
    yield post(
        "/kv/put", '{"key":"YQ==","value":"' + "A" * 4000 + '"}', name="JSON put of 3000 bytes"
    )


def operations():
    gets = [op_get(b"k", keys_only=True)] * 4
    for count in (2, 3, 4):
        yield txn(success=gets[:count], name=f"{count} operations")
    yield txn(success=[op_txn(success=gets[:2])], name="1 and 2")
    yield txn(success=[op_txn(success=gets[:3])], name="1 and 3")
    yield txn(success=[op_txn(success=[op_txn(success=gets[:1])])], name="1 and 1 and 1")
    yield txn(success=[op_txn(success=[op_txn(success=gets[:2])])], name="1 and 1 and 2")
    yield txn(success=[op_put(b"%d" % i, b"v" * 700) for i in range(3)], name="3 puts of 700 bytes")
    yield txn(success=[op_put(b"%d" % i, b"v" * 500) for i in range(3)], name="3 puts of 500 bytes")


STEPS = [*sizes(), *operations(), get_all(keys_only=True)]
