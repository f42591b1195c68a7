"""Watch: what is created, told, cancelled and refused on one stream."""

from harness.requests import compact, delete, get, put, txn, op_delete, op_put
from harness.steps import Grpc, GrpcRaw, grpc_frame
from harness.streams import Talk

WATCH = "Watch/Watch"


def create(key, range_end=None, **options):
    interval = {"key": key} if range_end is None else {"key": key, "range_end": range_end}
    return {"create_request": interval | options}


def cancel(watch_id):
    return {"cancel_request": {"watch_id": watch_id}}


PROGRESS = {"progress_request": {}}


def watch(name, requests, steps=(), counts=None):
    """Sends the requests and takes one answer for each, or so many; then each step and, from
    each, the number of messages given with it."""

    def talk(calls):
        stream = calls.grpc(WATCH, *requests)
        answers = [stream.take(len(requests) if counts is None else counts)]
        for step, count in steps:
            answers.append(calls.ask(step))
            told = stream.take(count) if count else stream.is_silent()
            # Which of several watches is told first is not said.
            answers.append(sorted(told, key=str) if count > 1 else told)
        if counts == 0:
            answers.append(stream.is_silent())
        return answers

    return Talk(name, talk)


def creations():
    yield put(b"a", b"1")
    yield watch("one key", [create(b"a")], [(put(b"a", b"2"), 1), (put(b"b"), 0),
                                            (delete(b"a"), 1), (delete(b"a"), 0)])
    yield watch("a range", [create(b"a", b"c")], [(put(b"a"), 1), (put(b"b"), 1), (put(b"c"), 0),
                                                  (delete(b"a", b"c"), 1)])
    yield watch("from a key on", [create(b"b", b"\0")], [(put(b"a"), 0), (put(b"x"), 1)])
    yield watch("everything", [create(b"\0", b"\0")], [(put(b"\0"), 1), (put(b"\xff\xff"), 1)])
    yield watch("an empty key", [create(b"")], [(put(b"\0"), 1), (put(b"a"), 0)])
    yield watch("an empty key to the end", [create(b"", b"\0")], [(put(b"a"), 1)])
    yield watch("an empty range", [create(b"b", b"b"), create(b"b", b"a"), create(b"", b"")])
    yield watch("nothing in it", [{"create_request": {}}], [(put(b"\0"), 1)])
    yield watch("ids", [create(b"a"), create(b"a", watch_id=1), create(b"a"),
                        create(b"a", watch_id=-7), create(b"a", watch_id=2**62), create(b"a")])
    yield watch("ids twice", [create(b"a", watch_id=3), create(b"b", watch_id=3), create(b"c")])
    yield watch("an id given back", [create(b"a"), cancel(0), create(b"a", watch_id=0),
                                     create(b"a")], [(put(b"a"), 2)], counts=4)
    yield watch("two of the same", [create(b"two", watch_id=5), create(b"two", watch_id=6)])


def ends():
    yield watch("cancel", [create(b"a", watch_id=9), cancel(9)], [(put(b"a"), 0)])
    yield watch("cancel what is not there", [cancel(4), create(b"a")], counts=1)
    yield watch("cancel twice", [create(b"a"), cancel(0), cancel(0), create(b"b")], counts=3)
    yield watch("an empty request", [{}, create(b"a")], counts=1)
    yield watch("nothing but an empty request", [{}], counts=0)

    def half_closed(calls):
        stream = calls.grpc(WATCH, create(b"half"), last=True)
        return [stream.take(), calls.ask(put(b"half")), stream.take(), stream.is_silent()]

    yield Talk("the client has nothing more to ask", half_closed)

    def cut(calls):
        stream = calls.grpc(WATCH, create(b"cut"))
        answers = [stream.take()]
        stream.cancel()
        return answers + [calls.ask(put(b"cut"))]

    yield Talk("the client leaves", cut)
    yield GrpcRaw("no message", path="/etcdserverpb.Watch/Watch", body=grpc_frame(b"\x0a\x05a"),
                  end_stream=False)


def contents():
    yield put(b"p", b"old")
    yield watch("previous values", [create(b"p", b"q", prev_kv=True)],
                [(put(b"p", b"new"), 1), (put(b"p1", b"first"), 1), (delete(b"p", b"q"), 1),
                 (put(b"p", b"again"), 1)])
    for name, filters in (("no puts", ["NOPUT"]), ("no deletes", ["NODELETE"]),
                          ("neither", ["NOPUT", "NODELETE"]), ("puts not, twice", ["NOPUT"] * 2)):
        told = "NOPUT" not in filters, "NODELETE" not in filters
        yield watch(name, [create(b"f", filters=filters)],
                    [(put(b"f"), int(told[0])), (delete(b"f"), int(told[1]))])
    yield watch("a transaction", [create(b"t", b"u")], [
        (txn(success=[op_put(b"t2", b"2"), op_put(b"x"), op_put(b"t1", b"1")]), 1),
        (txn(success=[op_delete(b"t1"), op_put(b"t1", b"3"), op_delete(b"t2")]), 1),
    ])
    yield Grpc("Lease/LeaseGrant", {"ID": 5, "TTL": 600})
    yield put(b"l2", b"x", lease=5)
    yield put(b"l1", b"x", lease=5)
    yield watch("a lease that ends", [create(b"l", b"m", prev_kv=True)],
                [(Grpc("Lease/LeaseRevoke", {"ID": 5}), 1)])
    yield watch("progress", [create(b"quiet"), PROGRESS], [(put(b"other"), 0)])


def past():
    for i in range(3):
        yield put(b"h%d" % i, b"x")
        yield put(b"h0", b"%d" % i)
    yield delete(b"h1")

    def from_revision(name, offset, count, **options):
        def talk(calls):
            revision = calls.ask(get(b"none"))["messages"][0]["header"]["revision"]
            stream = calls.grpc(WATCH, create(b"h", b"i", start_revision=revision + offset,
                                              **options))
            answers = [stream.take(1 + count)]
            return answers + [stream.is_silent()]

        return Talk(name, talk)

    yield from_revision("from the past", -6, 1)
    yield from_revision("from the past with previous values", -6, 1, prev_kv=True)
    yield from_revision("from the past without puts", -6, 1, filters=["NOPUT"])
    yield from_revision("from now", 0, 1)
    yield from_revision("from next", 1, 0)

    def future(calls):
        revision = calls.ask(get(b"none"))["messages"][0]["header"]["revision"]
        stream = calls.grpc(WATCH, create(b"h", b"i", start_revision=revision + 3))
        answers = [stream.take()]
        for i in range(3):
            answers += [calls.ask(put(b"h9", b"%d" % i))]
            answers += [stream.is_silent() if i < 2 else stream.take()]
        return answers

    yield Talk("from the future", future)

    def compacted(calls):
        revision = calls.ask(get(b"none"))["messages"][0]["header"]["revision"]
        answers = [calls.ask(compact(revision))]
        stream = calls.grpc(WATCH, create(b"h0", start_revision=revision - 1, watch_id=7))
        answers += [stream.take(2), calls.ask(put(b"h0")), stream.is_silent()]
        stream.send(create(b"h0", watch_id=7))
        answers += [stream.take()]
        stream.send(cancel(7))
        answers += [stream.take()]
        stream.send(create(b"h0", start_revision=revision, watch_id=7))
        return answers + [stream.take(2)]

    yield Talk("from what is compacted", compacted)


def fragments():
    """Two events of 1.4 MB in one revision, with their previous values."""

    def talk(calls, wants, count):
        values = [op_put(b"big%d" % i, b"v" * 700_000) for i in (1, 2)]
        calls.ask(txn(success=values))
        stream = calls.grpc(WATCH, create(b"big", b"bih", prev_kv=True, fragment=wants))
        stream.take()
        calls.ask(txn(success=values))
        return [(m.get("fragment"), len(m["events"])) for m in stream.take(count)]

    yield Talk("in fragments", lambda calls: talk(calls, True, 2))
    yield Talk("in one piece", lambda calls: talk(calls, False, 1))


STEPS = [*creations(), *ends(), *contents(), *past(), *fragments()]
