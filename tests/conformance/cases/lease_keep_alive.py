"""Leases that are kept alive, asked about and end."""

from harness.compare import ANYTHING
from harness.requests import get, put
from harness.steps import Grpc, GrpcRaw, grpc_frame, post
from harness.streams import Talk

KEEP_ALIVE = "Lease/LeaseKeepAlive"


def grant(lease, ttl=600, **options):
    return Grpc("Lease/LeaseGrant", {"ID": lease, "TTL": ttl}, **options)


def time_to_live(lease, keys=False, **options):
    return Grpc("Lease/LeaseTimeToLive", {"ID": lease, "keys": keys}, **options)


def grants():
    for lease, ttl in ((1, 600), (2, 0), (3, -5), (4, 1), (5, 9_000_000_000), (6, 9_000_000_001),
                       (6, 2**63 - 1), (-1, 600), (2**63 - 1, 600), (-(2**63), 600), (1, 5)):
        yield grant(lease, ttl)
    yield grant(0, 600, loose={"messages[0].ID": ANYTHING})


def keep_alives():
    def some(name, *leases, last=False):
        def talk(calls):
            stream = calls.grpc(KEEP_ALIVE, *[{"ID": lease} for lease in leases], last=last)
            answers = [stream.take(len(leases))]
            return answers + ([stream.end()] if last else [stream.is_silent()])

        return Talk(f"keep alive {name}", talk)

    yield some("one", 1)
    yield some("one, and no more", 1, last=True)
    yield some("several", 1, -1, 1, 2**63 - 1)
    yield some("unknown ones", 99, 0, 1, -99)
    yield some("nothing, and no more", last=True)
    yield GrpcRaw("keep alive no message", path="/etcdserverpb.Lease/LeaseKeepAlive",
                  body=grpc_frame(b"\x08"))

    def again(calls):
        stream = calls.grpc(KEEP_ALIVE)
        answers = [stream.is_silent()]
        for _ in range(3):
            stream.send({"ID": 1})
            answers.append(stream.take())
        calls.ask(grant(50))
        stream.send({"ID": 50})
        answers.append(stream.take())
        answers.append(calls.ask(Grpc("Lease/LeaseRevoke", {"ID": 50})))
        stream.send({"ID": 50})
        answers.append(stream.take())
        stream.finish_sending()
        return answers + [stream.end()]

    yield Talk("keep alive again and again", again)


def questions():
    left = {"messages[0].TTL": (599, 598, 597, 596, 595)}
    yield put(b"k2", b"x", lease=1)
    yield put(b"k1", b"x", lease=1)
    yield time_to_live(1, loose=left)
    yield time_to_live(1, keys=True, loose={**left, "messages[0].keys[0]": ("b'k1'", "b'k2'"),
                                            "messages[0].keys[1]": ("b'k1'", "b'k2'")})
    yield time_to_live(99)
    yield time_to_live(99, keys=True)
    yield time_to_live(0)
    yield Grpc("Lease/LeaseRevoke", {"ID": 99})
    yield Grpc("Lease/LeaseRevoke", {"ID": 0})
    yield Grpc("Lease/LeaseRevoke", {"ID": 1})
    yield get(b"k", b"l")
    yield time_to_live(1)
    yield post("/lease/timetolive", '{"ID":"1"}')
    yield post("/lease/timetolive", '{"ID":"-1"}',
               loose={"body.TTL": ANYTHING, "text": ANYTHING})
    yield post("/kv/lease/timetolive", '{"ID":"1"}')


def expiry():
    def talk(calls):
        answers = [calls.ask(grant(70, 1)), calls.ask(put(b"short", b"x", lease=70))]
        watch = calls.grpc("Watch/Watch", {"create_request": {"key": b"short", "prev_kv": True}})
        answers += [watch.take(), watch.take()]
        answers.append(calls.ask(time_to_live(70)))
        keep_alive = calls.grpc(KEEP_ALIVE, {"ID": 70})
        return answers + [keep_alive.take()]

    return Talk("a lease ends", talk)


STEPS = [*grants(), *keep_alives(), *questions(), expiry()]
