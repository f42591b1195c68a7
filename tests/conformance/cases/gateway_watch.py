"""Streams over the JSON gateway: watches and keep-alives, one JSON value a line."""

from harness.requests import delete, put
from harness.steps import Grpc, post
from harness.streams import Talk


def watch(name, body, steps=(), count=1):
    """Takes so many answers, then one after each step."""

    def talk(calls):
        call = calls.gateway("/watch", body)
        answers = [call.head(), call.take(count)]
        for step in steps:
            answers += [calls.ask(step), call.take()]
        return answers

    return Talk(name, talk)


def watches():
    """dw== is "w", eA== is "x"."""
    yield watch("a key", '{"create_request":{"key":"dw=="}}', [put(b"w", b"1"), delete(b"w")])
    yield watch("camel case", '{"createRequest":{"key":"dw==","rangeEnd":"eA==","prevKv":true}}',
                [put(b"w", b"1"), put(b"w", b"2"), delete(b"w")])
    yield watch("filters by name", '{"create_request":{"key":"dw==","filters":["NODELETE"]}}',
                [put(b"w", b"1")])
    yield watch("filters by number", '{"create_request":{"key":"dw==","filters":[1,"NOPUT"]}}')
    yield watch("an id", '{"create_request":{"key":"dw==","watch_id":"5"}}', [put(b"w", b"2")])
    yield watch("created and cancelled",
                '{"create_request":{"key":"dw==","watch_id":"5"}}'
                '{"cancel_request":{"watch_id":"5"}}', count=2)
    yield watch("two in one call",
                '{"create_request":{"key":"dw=="}} {"create_request":{"key":"eA=="}}\n',
                [put(b"w", b"3"), put(b"x", b"1")], count=2)
    yield watch("an empty range", '{"create_request":{"key":"Yg==","range_end":"YQ=="}}')
    yield watch("an empty key", '{"create_request":{}}', [put(b"\0", b"1")])
    yield watch("from the past", '{"create_request":{"key":"dw==","start_revision":"2"}}', count=2)
    yield watch("a number as a number", '{"create_request":{"key":"dw==","start_revision":2}}',
                count=2)
    yield watch("progress", '{"create_request":{"key":"dw=="}}{"progress_request":{}}', count=2)
    yield watch("garbage behind", '{"create_request":{"key":"dw=="}}{"cre', [put(b"w", b"4")])
    yield watch("unknown fields", '{"what":1,"create_request":{"key":"dw==","why":[{}]}}')
    yield post("/watch", "{")
    yield post("/watch", "[]")
    yield post("/watch", '{"create_request":{"key":"%"}}')
    yield post("/watch", '{"create_request":{"key":"dw==","filters":["NOTHING"]}}')


def keep_alives():
    yield Grpc("Lease/LeaseGrant", {"ID": 77, "TTL": 600})
    yield post("/lease/keepalive", '{"ID":"77"}')
    yield post("/lease/keepalive", '{"ID":77}{"ID":"5"}\n{"ID":0}')
    yield post("/lease/keepalive", "{}")
    yield post("/lease/keepalive", "")
    yield post("/lease/keepalive", '{"ID":"x"}')
    yield post("/lease/keepalive", '{"ID":"77"}{"ID":"x"}')


STEPS = [*watches(), *keep_alives()]
