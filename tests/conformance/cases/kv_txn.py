"""Txn: comparisons, operations that see each other, nesting, what is refused before it runs."""

from harness.requests import (
    cmp,
    compact,
    delete,
    get,
    get_all,
    op_delete,
    op_get,
    op_put,
    op_txn,
    put,
    txn,
)

YES = [op_put(b"result", b"yes")]
NO = [op_put(b"result", b"no")]
RESULTS = ["EQUAL", "GREATER", "LESS", "NOT_EQUAL"]
# What the key "k" has after fill(): version 2, created at 2, modified at 3, value "v2".
UNIONS = [
    ("VERSION", "version", [0, 1, 2, 3, -1]),
    ("CREATE", "create_revision", [0, 1, 2, 3]),
    ("MOD", "mod_revision", [0, 2, 3, 4]),
    ("LEASE", "lease", [0, 1]),
    ("VALUE", "value", [b"", b"v1", b"v2", b"v3"]),
]


def fill():
    yield put(b"k", b"v1")
    yield put(b"k", b"v2")
    yield put(b"l", b"v2")
    yield put(b"m", b"v3")


def test(*compare, name=""):
    """What a comparison says, without changing anything."""
    return txn(compare, [op_get(b"k", keys_only=True)], [op_get(b"none")], name=name)


def comparisons():
    for target, field, values in UNIONS:
        for result in RESULTS:
            for value in values:
                yield test(cmp(target, b"k", result, **{field: value}))
            yield test(cmp(target, b"missing", result, **{field: values[0]}))
            yield test(cmp(target, b"missing", result, **{field: values[1]}))
            yield test(cmp(target, b"k", result))
            yield test(cmp(target, b"missing", result))


def comparisons_of_ranges():
    for end in (b"n", b"m", b"\0", b"k", b"a"):
        yield test(cmp("VALUE", b"k", "LESS", value=b"v4", range_end=end))
        yield test(cmp("VALUE", b"k", "NOT_EQUAL", value=b"v3", range_end=end))
        yield test(cmp("VERSION", b"k", "GREATER", version=0, range_end=end))
        yield test(cmp("VERSION", b"k", "EQUAL", version=1, range_end=end))
    for result in RESULTS:
        # Nothing lies in the range.
        yield test(cmp("VERSION", b"x", result, version=0, range_end=b"z"))
        yield test(cmp("VALUE", b"x", result, value=b"", range_end=b"z"))
        yield test(cmp("CREATE", b"x", result, create_revision=1, range_end=b"z"))


def odd_comparisons():
    # A value that belongs to another target counts as 0 or nothing.
    yield test(cmp("VERSION", b"k", value=b"v2"))
    yield test(cmp("VALUE", b"k", version=2))
    yield test(cmp("MOD", b"missing", "EQUAL", create_revision=5))
    # Unknown numbers.
    yield test(cmp("VERSION", b"k", 9, version=100))
    yield test(cmp("VALUE", b"missing", 9, value=b"x"))
    yield test(cmp(9, b"k", "EQUAL", version=100))
    yield test(cmp(9, b"k", "GREATER", version=100))
    # All must hold.
    yield test(cmp("VERSION", b"k", version=2), cmp("VALUE", b"k", value=b"v2"))
    yield test(cmp("VERSION", b"k", version=2), cmp("VALUE", b"k", value=b"other"))
    yield test(cmp("VERSION", b""))
    yield test(cmp("VERSION", b"", range_end=b"\0"))


def operations():
    yield txn(name="empty")
    yield txn([cmp("VERSION", b"k", version=2)], YES, NO, name="then")
    yield txn([cmp("VERSION", b"k", version=9)], YES, NO, name="else")
    yield txn([cmp("VERSION", b"k", version=9)], YES, name="an else that is empty")
    yield get(b"result")
    yield txn(success=[op_get(b"k"), op_get(b"k", b"n", limit=2)], name="only reads")
    yield txn(
        success=[op_put(b"a", b"1"), op_get(b"a"), op_delete(b"a", prev_kv=True), op_get(b"a")],
        name="operations see those before them",
    )
    yield txn(
        success=[op_get(b"k"), op_put(b"k", b"v4", prev_kv=True), op_get(b"k")],
        name="the revision of a read moves with the first write",
    )
    yield txn(success=[op_delete(b"missing"), op_get(b"k")], name="deletes nothing")
    yield txn(
        success=[op_delete(b"missing"), op_put(b"b", b"1"), op_delete(b"missing", b"n")],
        name="deletes nothing before and after a put",
    )
    yield txn(
        success=[op_delete(b"b"), op_delete(b"b"), op_delete(b"a", b"c", prev_kv=True)],
        name="deletes twice",
    )
    yield txn(
        success=[op_put(b"c%d" % i, b"%d" % i) for i in range(10)] + [op_get(b"c", b"d")],
        name="ten puts in one revision",
    )
    yield get(b"c", b"d", sort_order="DESCEND", sort_target="KEY")
    yield txn(success=[op_delete(b"c", b"d", prev_kv=True)], name="ten deletes in one revision")
    yield txn(
        success=[
            op_put(b"k", b"5", prev_kv=True, ignore_lease=True),
            op_put(b"l", ignore_value=True),
            op_get(b"k", b"n", count_only=True),
            op_get(b"k", b"n", keys_only=True, limit=1, sort_order="DESCEND"),
        ],
        name="options",
    )


def reads_at_revisions():
    for revision in (-5, 0, 1, 2, 3, 5, 1000):
        yield txn(success=[op_get(b"k", revision=revision)], name=f"reads at {revision}")
        yield txn(
            success=[op_put(b"w", b"1"), op_get(b"k", revision=revision)],
            name=f"writes and reads at {revision}",
        )
        yield txn(
            [cmp("VERSION", b"missing", version=1)],
            [op_get(b"k", revision=revision)],
            name=f"does not read at {revision}",
        )
    yield get(b"w")


def nested():
    inner = op_txn([cmp("VERSION", b"n", version=0)], [op_put(b"n1", b"1")], [op_put(b"n2", b"1")])
    yield txn(success=[inner], name="nested")
    yield txn(success=[op_put(b"n", b"1"), inner], name="nested comparisons look at the start")
    yield txn(success=[op_put(b"n", b"2"), inner], name="nested else")
    yield txn(success=[op_txn(success=[op_get(b"k")])], name="nested reads only")
    yield txn(success=[op_txn()], name="nested and empty")
    yield txn(success=[op_txn(success=[op_txn(success=[inner])])], name="nested thrice")
    yield txn(
        success=[op_txn(success=[op_put(b"s", b"1")], failure=[op_put(b"s", b"2")])],
        name="nested branches may put the same key",
    )
    yield txn(
        success=[op_txn(success=[op_get(b"k", revision=1000)]), op_put(b"x", b"1")],
        name="nested read in the future",
    )
    yield txn(
        success=[op_txn([cmp("VERSION", b"k", version=99)], [op_get(b"k", revision=1000)])],
        name="nested read in the future that is not run",
    )


def refused():
    put_a, put_b = op_put(b"a", b"1"), op_put(b"b", b"1")
    for name, success in (
        ("two puts of a key", [put_a, put_a]),
        ("put then delete", [put_a, op_delete(b"a")]),
        ("delete then put", [op_delete(b"a"), put_a]),
        ("put in a deleted interval", [op_delete(b"a", b"c"), put_b]),
        ("put at the end of a deleted interval", [op_delete(b"a", b"b"), put_b]),
        ("put in an open deletion", [op_delete(b"x", b"\0"), op_put(b"y", b"1")]),
        ("put then open deletion", [op_put(b"y", b"2"), op_delete(b"x", b"\0")]),
        ("overlapping deletes", [op_delete(b"a", b"c"), op_delete(b"b", b"d")]),
        ("put in parent and child", [put_a, op_txn(success=[put_a])]),
        ("put in siblings", [op_txn(success=[put_a]), op_txn(success=[put_a])]),
        ("put in child, delete in parent", [op_delete(b"a"), op_txn(success=[put_a])]),
        ("delete in child, put in parent", [op_txn(success=[op_delete(b"a")]), put_a]),
        ("delete in a child, put in the next", [
            op_txn(success=[op_delete(b"a")]), op_txn(success=[put_a]),
        ]),
        ("put in a child, delete in the next", [
            op_txn(success=[put_a]), op_txn(success=[op_delete(b"a")]),
        ]),
        ("put without key", [op_put(b"")]),
        ("get without key", [op_get(b"")]),
        ("delete without key", [op_delete(b"")]),
        ("nothing chosen", [{}]),
        ("nothing chosen in a child", [op_txn(success=[{}])]),
        ("child without key", [op_txn(failure=[op_get(b"")])]),
        ("child compares without key", [op_txn([cmp("VERSION", b"")])]),
        ("unknown lease", [op_put(b"a", b"1", lease=99)]),
        ("value and ignore_value", [op_put(b"k", b"1", ignore_value=True)]),
        ("lease and ignore_lease", [op_put(b"k", b"1", ignore_lease=True, lease=99)]),
        ("ignore_value of a missing key", [put_b, op_put(b"missing", ignore_value=True)]),
        ("ignore_lease of a missing key", [put_b, op_put(b"missing", b"1", ignore_lease=True)]),
        ("ignore_value of a key just put", [put_a, op_txn(success=[op_put(b"k", b"")])]),
    ):  # fmt: skip
        yield txn(success=success, name=name)
        yield txn(failure=success, name=f"{name}, in the branch not taken")
    yield get_all()


def limits():
    gets = [op_get(b"k", count_only=True)] * 128
    yield txn(success=gets, name="128 operations")
    yield txn(success=gets + gets[:1], name="129 operations")
    yield txn(failure=gets + gets[:1], name="129 operations in the branch not taken")
    compare = [cmp("VERSION", b"k", "GREATER", version=0)] * 128
    yield txn(compare, name="128 comparisons")
    yield txn(compare + compare[:1], name="129 comparisons")
    yield txn(compare, gets, gets, name="128 of all three")
    yield txn(success=[op_txn(success=gets[:127])], name="1 and 127 in a child")
    yield txn(success=[op_txn(success=gets)], name="1 and 128 in a child")
    yield txn(success=gets[:64] + [op_txn(success=gets[:63])], name="65 and 63 in a child")
    yield txn(success=gets[:64] + [op_txn(success=gets[:64])], name="65 and 64 in a child")
    yield txn(success=[op_txn(success=gets[:127])] * 2, name="2 and 127 in each child")
    yield txn(success=[op_txn(success=gets[:126])] * 2, name="2 and 126 in each child")
    chain = op_get(b"k")
    for depth in range(1, 130):
        chain = op_txn(success=[chain])
        if depth in (20, 126, 127, 128):
            yield txn(success=[chain], name=f"nested {depth} deep")


def after_compaction():
    yield put(b"k", b"after")
    yield compact(5)
    for revision in (-5, -1, 0, 1, 4, 5, 6):
        yield txn(success=[op_get(b"k", revision=revision)], name=f"reads compacted {revision}")
    yield txn(
        success=[op_put(b"w", b"2"), op_get(b"k", revision=4)], name="writes, reads compacted"
    )
    yield delete(b"k")


STEPS = [
    txn(success=[op_get(b"k", revision=-5)], name="reads at -5 in a new store"),
    *fill(),
    *comparisons(),
    *comparisons_of_ranges(),
    *odd_comparisons(),
    *operations(),
    *reads_at_revisions(),
    *nested(),
    *refused(),
    *limits(),
    *after_compaction(),
]
