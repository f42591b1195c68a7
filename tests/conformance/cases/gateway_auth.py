"""Users, roles and tokens over the JSON gateway, and what a caller without a right is told."""

import json

from harness.steps import post
from harness.users import As, Login

# What says who calls; TOKEN is the user's.
PLAIN = "Authorization: TOKEN"
BEARER = "Authorization: Bearer TOKEN"
GRPC = "Grpc-Metadata-Token: TOKEN"


def auth(path, *headers, **fields):
    return post("/auth/" + path, json.dumps(fields), *headers)


def before():
    for path in ("status", "enable", "disable", "user/list", "role/list"):
        yield auth(path)
    yield auth("authenticate", name="root", password="pw")
    yield auth("user/add", name="root", password="pw")
    yield auth("user/add", name="root", password="pw")
    yield auth("user/add", name="")
    yield auth("user/add", name="u", password="pw")
    yield auth("user/add", name="np", options={"no_password": True})
    yield auth("user/get", name="u")
    yield auth("user/get", name="none")
    yield auth("user/changepw", name="u", password="pw2")
    yield auth("user/changepw", name="u", password="pw")
    yield auth("user/grant", user="root", role="root")
    yield auth("user/grant", user="u", role="r")
    yield auth("role/add", name="r")
    yield auth("role/add", name="r")
    yield auth("user/grant", user="u", role="r")
    yield auth("user/grant", user="np", role="r")
    yield auth("user/revoke", name="np", role="r")
    yield auth("user/revoke", name="np", role="r")
    yield auth("role/grant", name="r", perm={"key": "YQ=="})
    yield auth("role/grant", name="r",
               perm={"permType": "READWRITE", "key": "dQ==", "range_end": "dg=="})
    yield auth("role/grant", name="r", perm={"permType": "NOTHING", "key": "dQ=="})
    yield auth("role/get", role="r")
    yield auth("role/get", role="none")
    yield auth("role/revoke", role="r", key="YQ==")
    yield auth("role/revoke", role="r", key="YQ==")
    yield auth("role/add", name="gone")
    yield auth("role/delete", role="gone")
    yield auth("role/delete", role="gone")
    yield auth("user/delete", name="np")
    yield auth("user/delete", name="np")
    yield auth("user/list")
    yield auth("role/list")
    yield auth("user/nothing")
    yield post("/kv/put", '{"key":"dQ==","value":"dg=="}')


def on():
    yield auth("enable")
    yield auth("authenticate", name="root", password="wrong")
    yield auth("authenticate", name="none", password="pw")
    yield Login("root", "pw")
    yield Login("u", "pw")
    for path, body in (
        ("/kv/range", '{"key":"dQ=="}'),
        ("/kv/range", '{"key":"YQ=="}'),
        ("/kv/put", '{"key":"dQ==","value":"dg=="}'),
        ("/kv/put", '{"key":"YQ==","value":"dg=="}'),
        ("/kv/deleterange", '{"key":"YQ=="}'),
        ("/kv/txn", "{}"),
        ("/kv/txn", '{"success":[{"request_put":{"key":"YQ=="}}]}'),
        ("/auth/user/list", "{}"),
        ("/auth/user/get", '{"name":"u"}'),
        ("/auth/role/get", '{"role":"r"}'),
    ):
        yield post(path, body)
        yield post(path, body, "Authorization: bad")
        yield post(path, body, "Grpc-Metadata-Token: bad.1")
        for user in ("u", "root"):
            for header in (PLAIN, GRPC):
                yield As(user, post(path, body, header))
    # A token in a header of this name is none.
    yield As("root", post("/kv/range", '{"key":"dQ=="}', "token: TOKEN"))
    yield As("root", post("/kv/range", '{"key":"dQ=="}', BEARER))
    yield As("root", auth("user/delete", PLAIN, name="root"))
    yield As("root", auth("disable", PLAIN))
    yield post("/kv/range", '{"key":"dQ=="}')


STEPS = [*before(), *on()]
