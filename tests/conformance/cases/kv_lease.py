"""Leases as far as Put has to do with them."""

from harness.requests import get, put
from harness.steps import Grpc


def grant(lease, ttl=600):
    return Grpc("Lease/LeaseGrant", {"ID": lease, "TTL": ttl})


STEPS = [
    grant(7),
    grant(-7),
    put(b"leased", b"1", lease=7),
    get(b"leased"),
    put(b"leased", b"2", ignore_lease=True, prev_kv=True),
    get(b"leased"),
    put(b"leased", b"3", lease=-7, prev_kv=True),
    put(b"leased", ignore_value=True, lease=7, prev_kv=True),
    get(b"leased"),
    put(b"leased", ignore_value=True, prev_kv=True),
    get(b"leased"),
    put(b"leased", b"4", lease=7),
    Grpc("Lease/LeaseRevoke", {"ID": 7}),
    get(b"leased"),
    get(b"leased", revision=8),
    put(b"leased", b"5", lease=7),
    put(b"leased", ignore_value=True),
    put(b"again", b"1"),
    put(b"again", b"2", lease=-7, prev_kv=True),
    get(b"again"),
]
