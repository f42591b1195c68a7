"""DeleteRange: shapes of intervals, previous values, keys that come back."""

from harness.requests import delete, get, get_all, put


def fill():
    return [put(key, b"of " + key) for key in (b"a", b"aa", b"ab", b"b", b"c", b"\xff")]


STEPS = [
    delete(b"nothing"),
    delete(b"nothing", prev_kv=True),
    delete(b""),
    delete(b"", b"\0"),
    delete(b"\0", b"\0"),
    *fill(),
    delete(b"c", b"a"),
    delete(b"b", b"b"),
    delete(b"b", b""),
    get_all(),
    delete(b"b"),
    delete(b"a", b"b", prev_kv=True),
    get_all(),
    delete(b"b", b"\0", prev_kv=True),
    get_all(),
    get_all(revision=7),
    delete(b"\0", b"\0", prev_kv=True),
    # A key that comes back starts anew.
    put(b"a", b"again", prev_kv=True),
    get(b"a"),
    put(b"a", b"and again", prev_kv=True),
    get(b"a", revision=2),
    get(b"a", revision=10),
    delete(b"a", prev_kv=True),
    get(b"a"),
    *fill(),
    put(b"b", b"twice"),
    delete(b"aa", b"c", prev_kv=True),
    delete(b"\0", b"\0"),
    get_all(count_only=True),
    *fill(),
    delete(b"\0", b"\0", prev_kv=True),
    delete(b"\xff\xff\xff", b"\0"),
]
