"""Election: candidates and their order, what leaders proclaim, what observers are told."""

from harness.key_space import current_revision
from harness.requests import compact, delete, get, put
from harness.steps import Grpc, post
from harness.streams import Talk

FIRST = 7  # the revision at which the first one wins
CAMPAIGN, OBSERVE = "Election/Campaign", "Election/Observe"


def campaign(name, lease, value=b"", **options):
    return Grpc(CAMPAIGN, {"name": name, "lease": lease, "value": value}, **options)


def leader(name):
    return Grpc("Election/Leader", {"name": name})


def key_of(name, lease, rev, key=None):
    return {"name": name, "key": key or name + b"/%x" % lease, "rev": rev, "lease": lease}


def proclaim(leader_key, value):
    return Grpc("Election/Proclaim", {"leader": leader_key, "value": value})


def resign(leader_key):
    return Grpc("Election/Resign", {"leader": leader_key})


def grant(lease, ttl=600):
    return Grpc("Lease/LeaseGrant", {"ID": lease, "TTL": ttl})


def await_key(calls, key):
    return calls.await_answer(get(key), lambda answer: answer["messages"][0].get("kvs"))


def simple():
    yield from (grant(lease) for lease in (0x10, 0x11, 0x12, -0x31))
    yield leader(b"e")
    yield campaign(b"e", 0x10, b"one")
    yield leader(b"e")
    yield campaign(b"e", 0x10, b"one")
    yield campaign(b"e", 0x10, b"two")
    yield leader(b"e")
    yield campaign(b"e", 0x10, b"")
    yield proclaim(key_of(b"e", 0x10, FIRST), b"three")
    yield leader(b"e")
    yield proclaim(key_of(b"e", 0x10, FIRST + 1), b"wrong revision")
    yield proclaim(key_of(b"e", 0x10, 0), b"no revision")
    yield proclaim(key_of(b"e", 0x11, FIRST, b"e/10"), b"of another lease")
    yield get(b"e/10")
    yield proclaim(key_of(b"e", 999, FIRST, b"e/10"), b"of no lease")
    yield Grpc("Election/Proclaim")
    yield Grpc("Election/Proclaim", {"leader": {}, "value": b"x"})
    yield proclaim({"name": b"e", "lease": 0x10}, b"no key")
    yield resign(key_of(b"e", 0x10, FIRST + 1))
    yield leader(b"e")
    yield resign(key_of(b"e", 0x10, FIRST))
    yield resign(key_of(b"e", 0x10, FIRST))
    yield leader(b"e")
    yield Grpc("Election/Resign")
    yield Grpc("Election/Resign", {"leader": {"lease": 0x10}})
    yield campaign(b"e", 999, b"no lease")
    yield campaign(b"", 0x10, b"no name")
    yield leader(b"")
    yield campaign(b"e", -0x31, b"negative")
    yield leader(b"e")
    yield delete(b"\0", b"\0")


def turns():
    def talk(calls):
        answers = [calls.ask(campaign(b"row", 0x10, b"first"))]
        rev = answers[0]["messages"][0]["leader"]["rev"]
        second = calls.unary(CAMPAIGN, {"name": b"row", "lease": 0x11, "value": b"second"})
        answers.append(await_key(calls, b"row/11"))
        third = calls.unary(CAMPAIGN, {"name": b"row", "lease": 0x12, "value": b"third"})
        answers.append(await_key(calls, b"row/12"))
        answers += [second.is_silent(), calls.ask(leader(b"row"))]
        third.cancel()
        calls.await_answer(get(b"row/12"), lambda answer: not answer["messages"][0].get("kvs"))
        answers += [calls.ask(resign(key_of(b"row", 0x10, rev))), second.end()]
        answers += [calls.ask(leader(b"row")), calls.ask(delete(b"row/", b"row0"))]
        return answers

    return Talk("candidates in turn", talk)


def lost():
    """A candidate whose key goes while it waits."""

    def talk(calls):
        answers = [calls.ask(campaign(b"lost", 0x10, b"first"))]
        second = calls.unary(CAMPAIGN, {"name": b"lost", "lease": 0x11, "value": b"second"})
        answers.append(await_key(calls, b"lost/11"))
        answers += [calls.ask(delete(b"lost/11")), second.is_silent()]
        answers += [calls.ask(delete(b"lost/10")), second.end()]
        return answers

    return Talk("a candidate's key is deleted", talk)


def observed():
    def talk(calls):
        observer = calls.unary(OBSERVE, {"name": b"seen"})
        answers = [observer.is_silent()]
        answers += [calls.ask(campaign(b"seen", 0x10, b"a")), observer.take()]
        rev = answers[1]["messages"][0]["leader"]["rev"]
        own = key_of(b"seen", 0x10, rev)
        answers += [calls.ask(proclaim(own, b"b")), observer.take()]
        answers += [calls.ask(put(b"seen/10", b"c", lease=0x10)), observer.take()]
        answers += [calls.ask(put(b"seen/later", b"d")), observer.is_silent()]
        late = calls.unary(OBSERVE, {"name": b"seen"})
        answers.append(late.take())
        answers += [calls.ask(resign(own)), observer.take(), late.take()]
        answers += [calls.ask(delete(b"seen/later")), observer.is_silent()]
        txn = {"success": [{"request_put": {"key": b"seen/%d" % i}} for i in (2, 1)]}
        answers += [calls.ask(Grpc("KV/Txn", txn)), observer.take()]
        answers += [calls.ask(delete(b"seen/", b"seen0")), observer.is_silent()]
        answers.append(calls.ask(put(b"seen/last", b"e")))
        answers += [observer.take(), observer.is_silent(), calls.ask(delete(b"seen/last"))]
        return answers

    return Talk("an observer", talk)


def observed_value_large():
    def talk(calls):
        value = b"v" * 100_000
        answers = [calls.ask(put(b"large/1", value))]
        observer = calls.unary(OBSERVE, {"name": b"large"})
        first = observer.take()[0]
        answers.append((first["header"], len(first["kv"]["value"])))
        answers.append(calls.ask(delete(b"large/1")))
        return answers

    return Talk("an observer of much", talk)


def gateway_observe():
    """name Z2F0ZQ== is "gate"."""

    def talk(calls):
        answers = [calls.ask(put(b"gate/1", b"one"))]
        observer = calls.gateway("/election/observe", '{"name":"Z2F0ZQ=="}')
        answers += [observer.head(), observer.take()]
        answers += [calls.ask(put(b"gate/1", b"two")), observer.take()]
        answers += [calls.ask(put(b"gate/2", b"next")), calls.ask(delete(b"gate/1"))]
        answers += [observer.take(), calls.ask(delete(b"gate/2"))]
        return answers

    return Talk("an observer over the gateway", talk)


def gateway():
    yield post("/election/leader", '{"name":"Z2F0ZQ=="}')
    yield post("/election/campaign", '{"name":"Z2F0ZQ==","lease":"16","value":"djE="}')
    yield post("/election/campaign", '{"name":"Z2F0ZQ==","lease":"16","value":"djI="}')
    yield post("/election/campaign", '{"name":"Z2F0ZQ==","lease":"999"}')
    yield post("/election/leader", '{"name":"Z2F0ZQ=="}')
    yield post("/election/proclaim", '{"value":"djM="}')
    yield post("/election/proclaim", '{"leader":{},"value":"djM="}')
    yield post("/election/resign", "{}")
    yield post(
        "/election/proclaim",
        '{"leader":{"name":"Z2F0ZQ==","key":"Z2F0ZS8xMA==","rev":"1","lease":"16"},"value":"djM="}',
    )
    yield post("/election/resign", '{"leader":{"key":"Z2F0ZS8xMA==","rev":"1","lease":"16"}}')
    yield delete(b"gate/", b"gate0")
    yield post("/election/observe", '{"name":"%"}')


def leases_of_its_own():
    """The keys are random, and so forgotten at the end."""

    def talk(calls):
        won = calls.ask(campaign(b"own", 0, b"v"))["messages"][0]
        mine = won["leader"]
        revision = won["header"]["revision"]
        proclaimed = calls.ask(proclaim({"key": b"own/fix", "rev": revision + 1}, b"none"))
        made = calls.ask(put(b"own/fix", b"1"))
        again = calls.ask(proclaim({"key": b"own/fix", "rev": revision + 1}, b"2"))
        kv = calls.ask(get(b"own/fix"))["messages"][0]["kvs"][0]
        has_lease = kv.pop("lease", 0) != 0
        calls.ask(delete(b"own/", b"own0"))
        calls.ask(put(b"forgotten"))  # tombstones at the compacted revision itself stay, since 3.5
        calls.ask(compact(current_revision(calls.server), physical=True))
        return [revision == mine["rev"], proclaimed, made, again, kv, has_lease]

    return Talk("leases of its own", talk)


STEPS = [
    leases_of_its_own(),
    *simple(),
    turns(),
    lost(),
    observed(),
    observed_value_large(),
    gateway_observe(),
    *gateway(),
]
