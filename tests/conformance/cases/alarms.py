"""Alarms, in both forms: how they are raised and cleared, what they hold back, who shows them."""

from harness.requests import compact, delete, get, op_delete, op_get, op_put, op_txn, put, txn
from harness.steps import Grpc, get as http_get, post

KEY = '"key":"YQ=="'


def alarm(action, kind, member):
    return Grpc("Maintenance/Alarm", {"action": action, "alarm": kind, "memberID": member})


def alarm_by_http(action, kind, member):
    body = f'{{"action":"{action}","alarm":"{kind}","memberID":"{member}"}}'
    return post("/maintenance/alarm", body)


def everything():
    """What clients ask, and what the alarm does to it."""
    yield put(b"a", b"1")
    yield get(b"a")
    yield txn(success=[op_get(b"a")], name="reads")
    yield txn(success=[op_put(b"a", b"2")], name="puts")
    yield txn(success=[op_get(b"a")], failure=[op_put(b"a", b"2")], name="puts in the other branch")
    # In the branch that is not taken: the state stays the same when one server refuses it.
    yield txn(success=[op_txn(failure=[op_put(b"a", b"2")])], name="puts within")
    yield txn(success=[op_delete(b"none")], name="deletes")
    yield delete(b"none")
    yield Grpc("Lease/LeaseGrant", {"TTL": 100, "ID": 77})
    yield Grpc("Lease/LeaseTimeToLive", {"ID": 77})
    yield Grpc("Lease/LeaseRevoke", {"ID": 77})
    yield compact(1)
    yield Grpc("Maintenance/Status")
    yield Grpc("Maintenance/HashKV")
    yield Grpc("Maintenance/Defragment")
    yield post("/kv/put", f'{{{KEY},"value":"MQ=="}}')
    yield post("/kv/range", f"{{{KEY}}}")
    yield post("/kv/txn", f'{{"success":[{{"request_put":{{{KEY}}}}}]}}')
    yield post("/lease/revoke", '{"ID":"5"}')
    yield post("/maintenance/status", "{}")
    for query in ("", "?exclude=NOSPACE", "?exclude=CORRUPT", "?exclude=NOSPACE&exclude=CORRUPT"):
        yield http_get("/health" + query)
    yield http_get("/readyz?verbose&exclude=linearizable_read")
    yield http_get("/livez")


STEPS = [
    put(b"a", b"0"),
    Grpc("Maintenance/Alarm"),
    # Raised twice, listed by kind, cleared by exact name only.
    alarm("ACTIVATE", "NOSPACE", 7),
    alarm("ACTIVATE", "NOSPACE", 7),
    Grpc("Maintenance/Alarm"),
    Grpc("Maintenance/Alarm", {"alarm": "NOSPACE"}),
    Grpc("Maintenance/Alarm", {"alarm": "CORRUPT"}),
    *everything(),
    alarm("DEACTIVATE", "NOSPACE", 0),
    alarm("DEACTIVATE", "CORRUPT", 7),
    alarm("DEACTIVATE", "NONE", 7),
    put(b"a", b"3"),
    alarm_by_http("DEACTIVATE", "NOSPACE", 7),
    alarm_by_http("DEACTIVATE", "NOSPACE", 7),
    put(b"a", b"4"),
    alarm_by_http("ACTIVATE", "CORRUPT", 8),
    post("/maintenance/alarm", '{"action":"GET","alarm":"CORRUPT"}'),
    post("/maintenance/alarm", "{}"),
    *everything(),
    alarm("DEACTIVATE", "CORRUPT", 8),
    # A member of no number.
    alarm("ACTIVATE", "NOSPACE", 0),
    Grpc("Maintenance/Status"),
    alarm("DEACTIVATE", "NOSPACE", 0),
    Grpc("Maintenance/Alarm"),
    *everything(),
]
