"""Leases over the JSON gateway, and keys attached to them."""

from harness.steps import post


def leases():
    yield post("/lease/grant", '{"TTL":"100","ID":"77"}')
    yield post("/lease/grant", '{"TTL":100,"ID":77}')
    yield post("/kv/put", '{"key":"bGs=","value":"dg==","lease":"77"}')
    yield post("/kv/put", '{"key":"bGs=","value":"dg==","lease":"78"}')
    yield post("/kv/range", '{"key":"bGs="}')
    yield post("/lease/revoke", '{"ID":"77"}')
    yield post("/lease/revoke", '{"ID":"77"}')
    yield post("/kv/lease/revoke", '{"ID":"77"}')


STEPS = [*leases()]
