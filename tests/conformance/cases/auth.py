"""Users, roles, permissions and tokens, and what every other call asks of its caller."""

from harness.compare import ANYTHING
from harness.requests import (
    ALL,
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
from harness.steps import Grpc
from harness.users import As, Login

READ, WRITE, READWRITE = "READ", "WRITE", "READWRITE"


def auth(method, **fields):
    return Grpc("Auth/" + method, fields)


def user_add(name, password="pw", **options):
    return auth("UserAdd", name=name, password=password, **options)


def role_grant(role, kind, key, range_end=b""):
    return auth("RoleGrantPermission", name=role,
                perm={"permType": kind, "key": key, "range_end": range_end})


def lists():
    yield auth("UserList")
    yield auth("RoleList")
    for name in ("root", "u", "other", "np", "", "nobody"):
        yield auth("UserGet", name=name)
    for name in ("root", "u", "other", "", "none"):
        yield auth("RoleGet", role=name)


# ---- While authentication is off


def before_users():
    yield auth("AuthEnable")
    yield auth("AuthDisable")
    yield auth("Authenticate", name="root", password="pw")
    yield from lists()
    yield user_add("root")
    yield auth("AuthEnable")
    yield auth("UserGrantRole", user="root", role="root")
    yield auth("RoleGet", role="root")


def users():
    yield user_add("root")
    yield user_add("")
    yield user_add("u")
    yield user_add("other", "")
    yield user_add("np", "", options={"no_password": True})
    yield user_add("gone")
    yield user_add("gone")
    yield auth("UserDelete", name="gone")
    yield auth("UserDelete", name="gone")
    yield auth("UserDelete", name="")
    yield auth("UserChangePassword", name="u", password="other")
    yield auth("UserChangePassword", name="np", password="pw")
    yield auth("UserChangePassword", name="gone", password="pw")
    yield auth("UserChangePassword", name="", password="pw")
    yield auth("UserChangePassword", name="u", password="pw")


def roles():
    yield auth("RoleAdd", name="u")
    yield auth("RoleAdd", name="u")
    yield auth("RoleAdd", name="")
    yield auth("RoleAdd", name="root")
    yield auth("RoleAdd", name="gone")
    yield auth("UserGrantRole", user="u", role="gone")
    yield auth("UserGet", name="u")
    yield auth("RoleDelete", role="gone")
    yield auth("RoleDelete", role="gone")
    yield auth("RoleDelete", role="")
    yield auth("UserGet", name="u")
    yield auth("UserGrantRole", user="u", role="u")
    yield auth("UserGrantRole", user="u", role="u")
    yield auth("UserGrantRole", user="u", role="gone")
    yield auth("UserGrantRole", user="gone", role="u")
    yield auth("UserRevokeRole", name="u", role="root")
    yield auth("UserRevokeRole", name="gone", role="u")
    yield auth("UserRevokeRole", name="other", role="u")
    yield auth("UserGrantRole", user="other", role="u")
    yield auth("UserRevokeRole", name="other", role="u")


def permissions():
    yield role_grant("u", READWRITE, b"mine", b"minf")
    yield role_grant("u", READ, b"shown")
    yield role_grant("u", WRITE, b"box")
    yield role_grant("u", WRITE, b"shown")
    yield role_grant("u", READ, b"shown")
    yield role_grant("u", READ, b"x", b"\0")
    yield role_grant("u", READ, b"y", b"z")
    yield auth("RoleGet", role="u")
    yield role_grant("gone", READ, b"x")
    yield auth("RoleRevokePermission", role="u", key=b"x", range_end=b"\0")
    yield auth("RoleRevokePermission", role="u", key=b"x", range_end=b"\0")
    yield auth("RoleRevokePermission", role="u", key=b"y")
    yield auth("RoleRevokePermission", role="u", key=b"y", range_end=b"z")
    yield auth("RoleRevokePermission", role="gone", key=b"x")
    yield from lists()


def keys():
    for lease in (1, 2, 3):
        yield Grpc("Lease/LeaseGrant", {"ID": lease, "TTL": 600})
    yield put(b"mine", b"1", lease=1)
    yield put(b"theirs", b"2", lease=2)
    yield put(b"shown", b"3")
    yield put(b"box", b"4")


# ---- While it is on


def logins():
    yield auth("AuthEnable")
    yield auth("AuthEnable")
    yield Login("root", "wrong")
    yield Login("root", "")
    yield Login("nobody", "pw")
    yield Login("", "")
    yield Login("np", "pw")
    yield Login("root", "pw")
    yield Login("u", "pw")
    yield Login("other", "")


def of_keys():
    for key in (b"mine", b"mine1", b"theirs", b"shown", b"box", b""):
        yield get(key)
        yield get(key, serializable=True)
        yield put(key, b"v")
        yield put(key, b"v", prev_kv=True)
    yield get(b"mine", b"minf")
    yield get(b"mine", b"ming")
    yield get(b"mine", b"\0")
    yield get(b"mine", b"mine")
    yield get(b"theirs", b"mine")
    yield get_all()
    yield get_all(count_only=True)
    yield delete(b"theirs")
    yield delete(b"box", prev_kv=True)
    yield delete(b"mine2")
    yield delete(b"mine", b"ming")
    yield delete(b"mine", b"\0")
    yield put(b"mine", b"v", lease=1)
    yield put(b"mine1", b"v", lease=2)
    yield put(b"mine1", b"v", lease=3)
    yield put(b"mine1", b"v", lease=9)


def nested_put(key, depth):
    ops = [op_put(key, b"v")]
    for _ in range(depth):
        ops = [op_txn(success=ops)]
    return ops


def of_transactions():
    yield txn(name="empty")
    for key in (b"mine", b"theirs"):
        what = key.decode()
        yield txn(success=[op_get(key)], name=f"reads {what}")
        yield txn(success=[op_get(key, serializable=True)], name=f"reads {what} here")
        yield txn([cmp("VERSION", key, version=99)], name=f"compares {what}")
        yield txn(failure=[op_get(key)], name=f"would read {what}")
        yield txn(success=[op_put(key, b"v")], name=f"puts {what}")
        yield txn(failure=[op_put(key, b"v")], name=f"would put {what}")
        yield txn(success=[op_delete(key + b"2")], name=f"deletes {what}2")
        for depth in (1, 2, 5):
            # Never run: 3.4 lets everybody put what is nested.
            yield txn([cmp("VERSION", b"mine", version=99)], success=nested_put(key, depth),
                      name=f"would put {what}, nested {depth}")
        yield txn(success=[op_txn([cmp("VERSION", key, version=99)])],
                  name=f"compares {what}, nested")
    yield txn(success=[op_put(b"box", b"v")], name="puts box")
    yield txn(success=[op_delete(b"box", prev_kv=True)], name="deletes and shows box")
    yield txn(success=[op_txn()], name="nested and empty")


def of_watches():
    for fields in (
        {"key": b"mine"},
        {"key": b"theirs"},
        {"key": b"box"},
        {"key": b"mine", "range_end": b"minf"},
        {"key": b"mine", "range_end": b"ming"},
        {"key": b"mine", "range_end": b"\0"},
        {"key": b""},
        ALL,
        {"key": b"theirs", "range_end": b"mine"},
    ):
        yield Grpc("Watch/Watch", {"create_request": fields}, take=1)


def of_leases():
    for lease in (1, 2, 9):
        yield Grpc("Lease/LeaseTimeToLive", {"ID": lease}, loose={"messages[0].TTL": ANYTHING})
        yield Grpc("Lease/LeaseTimeToLive", {"ID": lease, "keys": True},
                   loose={"messages[0].TTL": ANYTHING})
        yield Grpc("Lease/LeaseKeepAlive", {"ID": lease})
    yield Grpc("Lease/LeaseLeases")
    yield Grpc("Lease/LeaseRevoke", {"ID": 2})
    yield Grpc("Lease/LeaseRevoke", {"ID": 9})
    # Granted to nobody: 3.4 would grant it to anybody.
    yield Grpc("Lease/LeaseGrant", {"TTL": 10_000_000_000})


def of_operators():
    # Of a revision that there is not: 3.4 would let anybody compact.
    yield compact(100_000)
    yield Grpc("Maintenance/Status")
    yield Grpc("Maintenance/Hash", loose={"messages[0].hash": ANYTHING})
    yield Grpc("Maintenance/HashKV")
    yield Grpc("Cluster/MemberList")
    yield Grpc("Cluster/MemberList", {"linearizable": True})
    yield Grpc("/grpc.health.v1.Health/Check")


def of_users():
    yield from lists()
    yield user_add("more")
    yield auth("UserChangePassword", name="other", password="")
    yield auth("UserGrantRole", user="u", role="root")
    yield auth("UserRevokeRole", name="u", role="u")
    yield auth("UserDelete", name="other")
    yield auth("RoleAdd", name="more")
    yield role_grant("u", READ, b"theirs")
    yield auth("RoleRevokePermission", role="u", key=b"box")
    yield auth("RoleDelete", role="u")
    yield auth("AuthEnable")
    yield auth("AuthDisable")


def everything():
    yield from of_keys()
    yield from of_transactions()
    yield from of_watches()
    yield from of_leases()
    yield from of_operators()


def strangers():
    """Callers without a token, with a bad one, with the token of a user who may not."""
    for step in (*everything(), *of_users()):
        yield step
        yield As("nobody", step)
        yield As("u", step)


def owner():
    yield As("u", put(b"mine", b"v2"))
    yield As("u", delete(b"mine"))
    yield As("u", txn(success=nested_put(b"mine", 3), name="puts mine, nested"))
    yield As("u", put(b"mine1", b"v2", lease=3))
    yield As("u", Grpc("Lease/LeaseRevoke", {"ID": 3}))
    yield As("u", get(b"mine1"))


def root():
    for step in everything():
        if "LeaseRevoke" not in step.name:
            yield As("root", step)
    for step in lists():
        yield As("root", step)
    # root stays root.
    yield As("root", auth("UserDelete", name="root"))
    yield As("root", auth("RoleDelete", role="root"))
    yield As("root", auth("UserRevokeRole", name="root", role="root"))


def changes():
    """What tokens and permissions are worth afterwards."""
    yield As("root", auth("RoleRevokePermission", role="u", key=b"mine", range_end=b"minf"))
    yield As("u", get(b"mine"))
    yield As("root", role_grant("u", READ, b"mine"))
    yield As("u", get(b"mine"))
    yield As("u", put(b"mine", b"v"))
    yield As("root", auth("UserChangePassword", name="u", password="new"))
    yield As("u", get(b"mine"))
    yield Login("u", "pw")
    yield Login("u", "new")
    yield As("u", get(b"mine"))
    yield As("u", auth("UserGet", name="u"))
    yield As("root", auth("UserGrantRole", user="other", role="root"))
    yield As("other", put(b"theirs", b"v"))
    yield As("root", auth("UserRevokeRole", name="other", role="root"))
    yield As("other", put(b"theirs", b"v"))
    yield As("root", auth("UserDelete", name="u"))
    yield As("u", get(b"mine"))
    yield Login("u", "new")
    yield As("root", user_add("u", "new"))
    yield As("u", get(b"mine"))
    yield As("root", auth("AuthDisable"))
    yield get(b"mine")
    yield As("root", get(b"mine"))
    yield auth("Authenticate", name="root", password="pw")
    yield auth("AuthEnable")
    yield As("root", get(b"mine"))
    yield Login("root", "pw")
    yield As("root", get(b"mine"))
    yield As("root", auth("AuthDisable"))


STEPS = [
    *before_users(),
    *users(),
    *roles(),
    *permissions(),
    *keys(),
    *logins(),
    *strangers(),
    *owner(),
    *root(),
    *changes(),
]
