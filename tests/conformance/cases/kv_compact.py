"""Compact: limits, repetition, what remains readable, the hash that goes with it."""

from harness.requests import compact, delete, get, get_all, put
from harness.steps import Grpc


def hash_kv(revision=0):
    return Grpc("Maintenance/HashKV", {"revision": revision})


def fill():
    for i in range(5):
        yield put(b"a", b"%d" % i)
        yield put(b"b%d" % i, b"x")
    yield delete(b"b1")
    yield delete(b"a")
    yield put(b"c", b"1")
    yield put(b"a", b"new")


STEPS = [
    hash_kv(),
    hash_kv(1),
    compact(100),
    compact(2),
    compact(-1),
    compact(-2),
    compact(0),
    compact(0),
    hash_kv(),
    *fill(),
    *[hash_kv(revision) for revision in (-1, 0, 1, 2, 7, 12, 13, 14, 15, 16, 100)],
    compact(5),
    compact(5),
    compact(4),
    compact(0),
    compact(-1),
    compact(16),
    *[get_all(revision=revision) for revision in (4, 5, 6, 15)],
    compact(6, physical=True),
    *[hash_kv(revision) for revision in (1, 5, 7, 11, 12, 13, 14, 15, 16)],
    get(b"a", revision=6),
    get(b"a", revision=5),
    # The revisions of the deletions themselves.
    compact(13, physical=True),
    hash_kv(),
    get_all(revision=13),
    get(b"a", revision=13),
    compact(14, physical=True),
    hash_kv(),
    compact(15, physical=True),
    hash_kv(),
    get_all(revision=15),
    get_all(revision=14),
    get_all(),
    compact(16, physical=True),
    compact(2**63 - 1),
]
