"""Short forms of the requests that case files are made of."""

from harness.steps import Grpc

ALL = {"key": b"\0", "range_end": b"\0"}


def put(key, value=b"", **options):
    return Grpc("KV/Put", {"key": key, "value": value, **options})


def get(key, range_end=None, **options):
    return Grpc("KV/Range", _interval(key, range_end) | options)


def get_all(**options):
    return Grpc("KV/Range", ALL | options)


def delete(key, range_end=None, **options):
    return Grpc("KV/DeleteRange", _interval(key, range_end) | options)


def compact(revision, **options):
    return Grpc("KV/Compact", {"revision": revision, **options})


def txn(compare=(), success=(), failure=(), name=""):
    fields = {"compare": list(compare), "success": list(success), "failure": list(failure)}
    return Grpc("KV/Txn", {k: v for k, v in fields.items() if v}, name=name and f"txn: {name}")


def _interval(key, range_end):
    return {"key": key} if range_end is None else {"key": key, "range_end": range_end}


# ---- Parts of a transaction


def op_put(key, value=b"", **options):
    return {"request_put": {"key": key, "value": value, **options}}


def op_get(key, range_end=None, **options):
    return {"request_range": _interval(key, range_end) | options}


def op_delete(key, range_end=None, **options):
    return {"request_delete_range": _interval(key, range_end) | options}


def op_txn(compare=(), success=(), failure=()):
    return {
        "request_txn": {
            "compare": list(compare),
            "success": list(success),
            "failure": list(failure),
        }
    }


def cmp(target, key, result="EQUAL", **union):
    return {"target": target, "key": key, "result": result, **union}
