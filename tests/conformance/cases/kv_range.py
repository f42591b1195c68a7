"""Range: options alone and together, revisions, shapes of intervals."""

from harness.requests import compact, delete, get, get_all, put

SORT_ORDERS = ["NONE", "ASCEND", "DESCEND"]
SORT_TARGETS = ["KEY", "VERSION", "CREATE", "MOD", "VALUE"]


def fill():
    """Revisions 2 to 14. No two keys agree in version, create or mod revision or value, since the
    order of equal ones is not defined."""
    yield put(b"c", b"v5")
    yield put(b"a", b"v1")
    yield put(b"e", b"v3")
    yield put(b"b", b"v2")
    yield put(b"d", b"v4")
    for key, times in ((b"e", 4), (b"c", 3), (b"a", 2), (b"d", 1)):
        for i in range(times):
            yield put(key, b"w%d" % (5 - i) + key)
    yield put(b"gone", b"x")
    yield delete(b"gone")


def orders():
    for order in SORT_ORDERS:
        for target in SORT_TARGETS:
            sort = {"sort_order": order, "sort_target": target}
            yield get_all(**sort)
            for limit in (1, 2, 4, 5, 6):
                yield get_all(limit=limit, **sort)
            yield get_all(limit=2, keys_only=True, **sort)
            yield get_all(limit=2, revision=9, **sort)
            yield get_all(limit=3, min_mod_revision=8, **sort)


def filters():
    for name in (
        "min_mod_revision",
        "max_mod_revision",
        "min_create_revision",
        "max_create_revision",
    ):
        for revision in (-1, 1, 4, 10, 100):
            yield get_all(**{name: revision})
            yield get_all(limit=2, **{name: revision})
        yield get_all(count_only=True, **{name: 4})
    yield get_all(min_mod_revision=7, max_mod_revision=12)
    yield get_all(min_mod_revision=12, max_mod_revision=7)
    yield get_all(min_create_revision=3, max_create_revision=5, sort_order="DESCEND")
    yield get_all(min_create_revision=3, max_mod_revision=12, limit=1, keys_only=True)


def intervals():
    zero = b"\0"
    for key, end in (
        (b"a", None),
        (b"nothing", None),
        (b"a", b""),
        (b"a", b"c"),
        (b"a", b"a"),
        (b"c", b"a"),
        (b"a", b"a" + zero),
        (b"b", zero),
        (zero, zero),
        (zero, b"c"),
        (b"\xff", zero),
        (b"\xff\xff", b"\xff"),
        (b"a", b"\xff"),
        (b"aa", b"bb"),
        (b"", None),
        (b"", zero),
        (b"", b"b"),
        (b"gone", None),
        (b"k" * 2000, None),
    ):
        yield get(key, end)
        yield get(key, end, count_only=True)


def options():
    for options in (
        {"count_only": True},
        {"keys_only": True},
        {"count_only": True, "keys_only": True},
        {"count_only": True, "limit": 2},
        {"serializable": True},
        {"serializable": True, "limit": 2},
        {"limit": 0},
        {"limit": -1},
        {"limit": 2**63 - 1},
        {"limit": -(2**63)},
        {"limit": 3, "keys_only": True, "sort_order": "DESCEND"},
    ):
        yield get_all(**options)
    # Unknown numbers of sort_order are taken as no order.
    yield get_all(sort_order=7)
    yield get_all(sort_order=-1, limit=2)


def revisions():
    for revision in (0, 1, 2, 6, 10, 16, 17, 18, 19, 1000, 2**63 - 1, -1, -(2**63)):
        yield get_all(revision=revision)
        yield get(b"a", revision=revision, serializable=True)
        yield get_all(revision=revision, count_only=True)
    yield get(b"gone", revision=17)
    yield get(b"", revision=1000)


def after_compaction():
    yield compact(9)
    for revision in (-1, 0, 1, 8, 9, 10, 1000):
        yield get_all(revision=revision)
        yield get(b"a", revision=revision, limit=1, keys_only=True)
        yield get(b"nothing", revision=revision, count_only=True)


STEPS = [
    get_all(),
    get_all(revision=1),
    get_all(revision=2),
    get(b"a"),
    *fill(),
    *orders(),
    *filters(),
    *intervals(),
    *options(),
    *revisions(),
    *after_compaction(),
]
