"""A quota that is used up from the start."""

from harness.requests import delete, get, op_get, op_put, put, txn
from harness.steps import Grpc, get as http_get, post

FLAGS = ["--quota-backend-bytes=1"]

STEPS = [
    Grpc("Maintenance/Alarm"),
    # What costs nothing raises no alarm.
    get(b"a"),
    delete(b"a"),
    txn(success=[op_get(b"a")]),
    http_get("/health"),
    Grpc("Maintenance/Alarm"),
    put(b"a", b"1"),
    Grpc("Maintenance/Alarm"),
    http_get("/health"),
    put(b""),
    put(b"a", b"1", lease=5),
    txn(success=[op_put(b"a")], failure=[op_get(b"a")]),
    Grpc("Lease/LeaseGrant", {"TTL": 100}),
    Grpc("Lease/LeaseRevoke", {"ID": 5}),
    post("/kv/put", '{"key":"YQ=="}'),
    post("/kv/txn", '{"failure":[{"request_put":{"key":"YQ=="}}]}'),
    post("/lease/grant", '{"TTL":"100"}'),
    post("/maintenance/alarm", "{}"),
    Grpc("Maintenance/Status"),
]
