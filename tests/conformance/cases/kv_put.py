"""Put with every option."""

from harness.requests import put


STEPS = [
    put(b"", b"x"),
    put(b"", b"x", prev_kv=True, lease=5),
    put(b"a"),
    put(b"a", b"1"),
    put(b"a", b"2", prev_kv=True),
    put(b"new", b"1", prev_kv=True),
    put(b"\0", b"\0\xff"),
    put(b"\xff" * 10, b"all bytes " + bytes(range(256)), prev_kv=True),
    put(b"a", prev_kv=True),
    # Keeping the value or the lease.
    put(b"a", b"kept"),
    put(b"a", ignore_value=True),
    put(b"a", ignore_value=True, prev_kv=True),
    put(b"a", b"x", ignore_value=True),
    put(b"missing", ignore_value=True),
    put(b"missing", b"1", ignore_lease=True),
    put(b"missing", b"x", ignore_value=True, ignore_lease=True, lease=1),
    put(b"", b"x", ignore_value=True),
    put(b"a", b"x", ignore_lease=True, lease=1),
    put(b"a", ignore_value=True, ignore_lease=True, prev_kv=True),
    # A lease that nobody granted.
    put(b"a", b"x", lease=7),
    put(b"a", b"x", lease=-7),
    put(b"a", b"x", lease=2**63 - 1, prev_kv=True),
    # Sizes.
    put(b"k" * 10_000, b"v"),
    put(b"big", b"v" * 1_000_000),
    put(b"big", ignore_value=True, prev_kv=True),
]
