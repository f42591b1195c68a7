"""Members: added, updated, promoted and removed as far as a single started member can."""

from harness.requests import get, put
from harness.steps import Grpc, post
from harness.streams import Talk

URL = "http://127.0.0.1:1"
HEX_ID = 0x1122334455667788


def add(*urls, learner=False, **options):
    return Grpc("Cluster/MemberAdd", {"peerURLs": list(urls), "isLearner": learner}, **options)


def update(member, *urls):
    return Grpc("Cluster/MemberUpdate", {"ID": member, "peerURLs": list(urls)})


def remove(member):
    return Grpc("Cluster/MemberRemove", {"ID": member})


def promote(member):
    return Grpc("Cluster/MemberPromote", {"ID": member})


def member_list(**options):
    return Grpc("Cluster/MemberList", options)


def without_ids(messages, known):
    """Ids follow from the time: those of `known` get its names; members come in their order."""
    for message in messages:
        members = message.get("members", []) + [message.get("member", {})]
        for member in members:
            member["ID"] = known.get(member.get("ID"), member.get("ID"))
        if "members" in message:
            message["members"].sort(key=str)
    return messages


def urls():
    """What is no list of peer URLs."""
    yield add()
    for url in (
        "", "x", "127.0.0.1:1", "http://", "http://127.0.0.1", "http://127.0.0.1:", ":1",
        "ftp://127.0.0.1:1", "http://127.0.0.1:1/", "http://127.0.0.1:1/path", "http://:1x",
        "http://[::1:1", "http://a b:1", "HTTP://x", "http://%zz:1",
    ):  # fmt: skip
        yield add(url, "x") if url == "http://127.0.0.1:" else add(url)
    yield add(URL, "x")


def refusals():
    yield member_list()
    yield member_list(linearizable=True)
    for method in (remove, promote):
        for member in (0, 1, HEX_ID):
            yield method(member)
    for member in (0, 1, HEX_ID):
        yield update(member, URL)
    yield update(1)
    yield update(1, "no url")


def own(server):
    return f"http://127.0.0.1:{server.peer_port}"


def itself():
    """The only member: it cannot be removed, is no learner, and has its URLs to itself."""

    def talk(calls):
        member = calls.server.member_id
        asked = [remove(member), promote(member), add(own(calls.server))]
        asked += [add(URL, own(calls.server), learner=True)]
        asked += [update(member, own(calls.server), URL), member_list()]
        asked += [update(member, "no url", "b", "a"), member_list(), update(member), member_list()]
        asked += [update(member, own(calls.server)), member_list()]
        return [calls.ask(step) for step in asked]

    return Talk("the only member", talk)


def learner(url, second):
    """A learner comes, is told of, changes its address, is not promoted, and goes."""

    def talk(calls):
        added = calls.ask(add(url, second, learner=True))
        known = {added["messages"][0]["member"]["ID"]: "<learner>"}
        member = next(iter(known))
        asked = [member_list(), add("http://127.0.0.1:3", learner=True), add(second)]
        asked += [promote(member), put(b"still", b"served"), get(b"still")]
        asked += [update(member, "http://127.0.0.1:4"), update(member, own(calls.server))]
        asked += [remove(member), member_list(), remove(member), promote(member)]
        asked += [update(member, url)]
        answers = [added] + [calls.ask(step) for step in asked]
        for answer in answers:
            without_ids(answer["messages"], known)
        return answers

    return Talk(f"a learner at {url}", talk)


def gateway():
    yield post("/cluster/member/list", "{}")
    yield post("/cluster/member/list", '{"linearizable":true}')
    yield post("/cluster/member/add", '{"peerURLs":["x"]}')
    yield post("/cluster/member/add", "{}")
    yield post("/cluster/member/add", '{"peerURLs":"x"}')
    yield post("/cluster/member/remove", '{"ID":"5"}')
    yield post("/cluster/member/remove", '{"ID":5}')
    yield post("/cluster/member/update", '{"ID":"5","peerURLs":["http://127.0.0.1:1"]}')
    yield post("/cluster/member/promote", '{"ID":"5"}')
    yield Talk("a learner over the gateway", gateway_learner)


def gateway_learner(calls):
    body = '{"peerURLs":["http://127.0.0.1:7"],"isLearner":true}'
    added = calls.ask(post("/cluster/member/add", body))["body"]
    member = added["member"]["ID"]
    removed = calls.ask(post("/cluster/member/remove", f'{{"ID":"{member}"}}'))["body"]
    return [without_ids([message], {member: "<learner>"}) for message in (added, removed)]


STEPS = [
    *urls(),
    *refusals(),
    itself(),
    learner("http://127.0.0.1:2", "https://localhost:5"),
    learner("http://127.0.0.1:2", "unix://relative:5"),
    *gateway(),
]
