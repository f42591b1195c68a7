"""Lock: who holds it, who waits, and what becomes of those who leave."""

from harness.compare import ANYTHING
from harness.key_space import current_revision
from harness.requests import compact, delete, get, put
from harness.steps import Grpc, get as http_get, post
from harness.streams import Talk

LOCK, UNLOCK = "Lock/Lock", "Lock/Unlock"
# Of a deadline that has passed, etcd says now this, now that.
DEADLINE = {"grpc-status": ("2", "4"), "[3].grpc-status": ("2", "4")}


def lock(key, lease, **options):
    return Grpc(LOCK, {"name": key, "lease": lease}, **options)


def unlock(key):
    return Grpc(UNLOCK, {"key": key})


def grant(lease, ttl=600):
    return Grpc("Lease/LeaseGrant", {"ID": lease, "TTL": ttl})


def revoke(lease):
    return Grpc("Lease/LeaseRevoke", {"ID": lease})


def await_key(calls, key):
    """Until a contender has its key."""
    return calls.await_answer(get(key), lambda answer: answer["messages"][0].get("kvs"))


def simple():
    yield from (grant(lease) for lease in (0x10, 0x11, 0x12, 0x13, -1, -0x31))
    yield lock(b"l", 0x10)
    yield get(b"l/", b"l0")
    yield lock(b"l", 0x10)
    yield unlock(b"l/10")
    yield unlock(b"l/10")
    yield unlock(b"")
    yield lock(b"", 0x10)
    yield lock(b"a/b/", 0x11)
    yield lock(b"\xff\x00", 0x11)
    yield lock(b"negative", -0x31)
    yield lock(b"negative", -1, metadata=(("grpc-timeout", "200m"),), loose=DEADLINE)
    yield lock(b"l", 999)
    yield delete(b"l/", b"l0")
    yield lock(b"k" * 2000, 0x10, name="a long name")
    yield unlock(b"k" * 2000 + b"/10")


def turns():
    """Three in a row, each let in by the one before."""

    def talk(calls):
        answers = [calls.ask(lock(b"row", 0x10))]
        second = calls.unary(LOCK, {"name": b"row", "lease": 0x11})
        answers.append(await_key(calls, b"row/11"))
        third = calls.unary(LOCK, {"name": b"row", "lease": 0x12})
        answers.append(await_key(calls, b"row/12"))
        answers += [second.is_silent(), third.is_silent()]
        answers.append(calls.ask(unlock(b"row/10")))
        answers += [second.end(), third.is_silent(), calls.ask(unlock(b"row/11")), third.end()]
        answers.append(calls.ask(unlock(b"row/12")))
        return answers

    return Talk("three in turn", talk)


def gives_up(how):
    """The one in the middle leaves: its key goes, and the last is not let in for it."""

    def talk(calls):
        answers = [calls.ask(lock(b"leave", 0x10))]
        metadata = (("grpc-timeout", "700m"),) if how == "deadline" else ()
        middle = calls.unary(LOCK, {"name": b"leave", "lease": 0x11}, metadata)
        answers.append(await_key(calls, b"leave/11"))
        last = calls.unary(LOCK, {"name": b"leave", "lease": 0x12})
        answers.append(await_key(calls, b"leave/12"))
        if how == "deadline":
            answers.append(middle.end())
        elif how == "cancel":
            middle.cancel()
        elif how == "hangup":
            middle.close()
        elif how == "unlock":
            answers.append(calls.ask(unlock(b"leave/11")))
        calls.await_answer(get(b"leave/11"), lambda answer: not answer["messages"][0].get("kvs"))
        answers += [last.is_silent(), calls.ask(unlock(b"leave/10")), last.end()]
        answers += [calls.ask(get(b"leave/", b"leave0")), calls.ask(unlock(b"leave/12"))]
        return answers

    return Talk(f"one who waits leaves by {how}", talk, loose=DEADLINE)


def foreign_keys():
    """Whatever lies under the name is waited for, whoever put it there."""

    def talk(calls):
        answers = [calls.ask(put(b"mixed/deep/er", b"1")), calls.ask(put(b"mixed", b"1"))]
        answers.append(calls.ask(put(b"mixed0", b"1")))
        waiter = calls.unary(LOCK, {"name": b"mixed", "lease": 0x10})
        answers.append(await_key(calls, b"mixed/10"))
        answers += [calls.ask(put(b"mixed/deep/er", b"2")), waiter.is_silent()]
        answers += [calls.ask(put(b"mixed/later", b"1")), waiter.is_silent()]
        answers += [calls.ask(delete(b"mixed/deep/er")), waiter.end()]
        answers.append(calls.ask(delete(b"mixed/", b"mixed0")))
        return answers

    return Talk("keys of others", talk)


def lease_ends():
    """The holder's lease ends: the next is let in."""

    def talk(calls):
        answers = [calls.ask(grant(0x20)), calls.ask(lock(b"lease", 0x20))]
        waiter = calls.unary(LOCK, {"name": b"lease", "lease": 0x11})
        answers += [await_key(calls, b"lease/11"), calls.ask(revoke(0x20)), waiter.end()]
        answers.append(calls.ask(unlock(b"lease/11")))
        return answers

    return Talk("the holder's lease is revoked", talk)


def own_lease_ends():
    """Who waits loses its own lease, and later would be let in."""

    def talk(calls):
        answers = [calls.ask(grant(0x21)), calls.ask(lock(b"lost", 0x10))]
        waiter = calls.unary(LOCK, {"name": b"lost", "lease": 0x21})
        answers += [await_key(calls, b"lost/21"), calls.ask(revoke(0x21)), waiter.is_silent()]
        answers += [calls.ask(unlock(b"lost/10")), waiter.end()]
        answers.append(calls.ask(get(b"lost/", b"lost0")))
        return answers

    return Talk("the waiter's lease is revoked", talk)


def twice_waiting():
    """Two calls with one lease wait for one key."""

    def talk(calls):
        answers = [calls.ask(lock(b"twice", 0x10))]
        first = calls.unary(LOCK, {"name": b"twice", "lease": 0x11})
        answers.append(await_key(calls, b"twice/11"))
        second = calls.unary(LOCK, {"name": b"twice", "lease": 0x11})
        answers += [second.is_silent(), calls.ask(unlock(b"twice/10")), first.end(), second.end()]
        answers.append(calls.ask(unlock(b"twice/11")))
        return answers

    return Talk("one lease waits twice", talk)


def gateway():
    """name bG9jaw== is "lock"; leases 16 and 17 are 10 and 11 in keys."""
    yield post("/lock/lock", '{"name":"bG9jaw==","lease":"16"}')
    yield post("/lock/lock", '{"name":"bG9jaw==","lease":16}')
    yield post("/lock/lock", '{"name":"bG9jaw==","lease":"999"}')
    yield post("/lock/lock", '{"name":"bG9jaw==","lease":"17"}', "Grpc-Timeout: 300m")
    yield post("/lock/unlock", '{"key":"bG9jay8xMA=="}')
    yield post("/lock/unlock", '{"key":"bG9jay8xMA=="}')
    yield post("/lock/unlock", "{}")
    yield post("/lock/lock", '{"name":"%%%"}')
    yield post("/lock/other", "{}")
    yield http_get("/v3/lock/lock")


def gateway_gives_up():
    """Who hangs up while it waits over the gateway leaves as well."""

    def talk(calls):
        answers = [calls.ask(lock(b"hang", 0x10))]
        waiter = calls.gateway("/lock/lock", '{"name":"aGFuZw==","lease":17}')
        answers.append(await_key(calls, b"hang/11"))
        waiter.close()
        gone = calls.await_answer(
            get(b"hang/11"), lambda answer: not answer["messages"][0].get("kvs")
        )
        return answers + [gone, calls.ask(unlock(b"hang/10"))]

    return Talk("one who waits over the gateway hangs up", talk)


def leases_of_its_own():
    """The keys are random, and so forgotten at the end."""
    yield lock(b"own", 0, loose={"messages[0].key": ANYTHING})
    yield post("/lock/lock", "", loose={"body.key": ANYTHING, "text": ANYTHING}, name="nothing")
    yield get(b"/", b"z", keys_only=True, count_only=True)
    yield delete(b"\0", b"\0")
    yield Talk("forget it all", forget)


def forget(calls):
    calls.ask(put(b"forgotten"))  # tombstones at the compacted revision itself stay, since 3.5
    revision = current_revision(calls.server)
    return calls.ask(compact(revision, physical=True))


STEPS = [
    *leases_of_its_own(),
    *simple(),
    turns(),
    *map(gives_up, ("cancel", "hangup", "deadline", "unlock")),
    foreign_keys(),
    lease_ends(),
    own_lease_ends(),
    twice_waiting(),
    *gateway(),
    gateway_gives_up(),
]
