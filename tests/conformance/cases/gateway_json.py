"""How the gateway reads JSON: syntax, types, names, and the texts of its errors."""

import os
import random

from harness.steps import post

SEED = int(os.environ.get("QUORATE_SEED", "2026"))
MUTATIONS = 300


def range_(body):
    return post("/kv/range", body)


def syntax():
    for body in (
        "", " ", "null", " null ", "{}", "[]", '"x"', "1", "true", "-",
        "{", '{"', '{"key', '{"key"', '{"key":', '{"key":"', '{"key":"YQ=="', '{"key":"YQ==",',
        '{"key":"YQ==",}', "{,}", '{"key" "x"}', '{"key":"YQ==" "x"}', "{'key':1}", "{key:1}",
        '{"key":x}', '{"key":tru}', '{"key":trux}', '{"key":nul', '{"key":falsy}', '{"key":01}',
        '{"key":-}', '{"key":-a}', '{"key":1.}', '{"key":1.x}', '{"key":1e}', '{"key":1ex}',
        '{"key":1e+x}', '{"key":"\\x"}', '{"key":"\\u12"}', '{"key":"\\u12zz"}',
        b'{"key":"\n"}', b'{"key":"\0"}', b"\xff", b'{"\xff":1}', b"\xef\xbb\xbf{}", b"\0", b"\x7f",
        b"\xa0", "\\", '{"key":\\}', "'", "`", '{"key":["YQ=="}', '{"key":["YQ==",]}', "[1 2]",
        '{"a":1}]', '{"key":"YQ=="}garbage', '{"key":"YQ=="}{', '  {"key":"YQ=="}  ', "nullx",
        "null{}", "12x", '"abc"x', "truefalse", '{"a":{}}}', '{"a":[}]}', "\u00e9", '{"a":1\u00e9}',
        "[", "[1", "[1,", "[1,]", '{"a":1,"b"', '{"ke\ty":1}', '{"key":\x0b"YQ=="}',
        '{"key":\t\n\r "YQ=="\t}', '{"key":"YQ==","x":-0.0e-0}', '{"x":"\\ud800","key":"YQ=="}',
    ):  # fmt: skip
        yield range_(body)
    for depth in (9999, 10000):
        yield post(
            "/kv/range",
            '{"key":"YQ==","x":' + "[" * depth + "]" * depth + "}",
            name=f"{depth} arrays in each other",
        )
    yield post("/kv/range", "[" * 100_000, name="100000 brackets")
    for depth in (1, 60, 126, 127, 128, 129):
        yield post(
            "/kv/txn",
            '{"success":[{"request_txn":' * depth + "{}" + "}]}" * depth,
            name=f"{depth} transactions in each other",
        )


def byte_strings():
    for value in (
        "1", "true", "null", "{}", "[]", "[97]", "[97,null,98]", "[300]", "[-1]", '["a"]', "[1.5]",
        '"YQ="', '"YQ==="', '"YQ==YQ=="', '"Y"', '"!"', '"YQ=!"', '"YQ\\n=="', '"Y\\r\\nQ=="',
        '" YQ=="', '"\\u0059Q=="', '"+/+/"', '"YR=="', '""', '"=="', '"YWJj="', '"YWJjZ"',
        '"YWJj===="', '"YQ==\u00e9"', '"Y\u00e9"', '"YWJjZA=\\n"', '"YWJjZA=a"', '"YWJjZGU=a"',
        '"YWJjZ\\n"', '"YWJjZ!"', '"YWJ=YWJj"', '"A==="', '"AA=\\n!"',
        # Refused by etcd before 3.6: no padding, and the alphabet of URLs.
        '"YQ"', '"-_-_"', '"YWJjZGU"',
    ):  # fmt: skip
        yield range_(f'{{"key":{value}}}')


def names():
    for body in (
        '{"KEY":"YQ=="}',
        '{"k\\u0065y":"YQ=="}',
        '{"":"YQ=="}',
        '{"key":"YQ==","rangeEnd":"Yg=="}',
        '{"key":"YQ==","key":"Yg=="}',
        '{"key":"YQ==","key":null}',
        '{"key":"!","key":"YQ=="}',
        '{"key":"YQ==","rangeEnd":"!!","range_end":""}',
        '{"key":"YQ==","rangeEnd":"","range_end":"!!"}',
        '{"key":"YQ==","range_end":"!!","rangeEnd":"AA=="}',
        '{"key":"YQ==","unknown":{"key":["x",{}]}}',
    ):
        yield range_(body)


def numbers():
    for value in (
        "1", '"1"', "-1", '"-1"', "9223372036854775807", "9223372036854775808",
        '"9223372036854775808"', "-9223372036854775808", "-9223372036854775809",
        "99999999999999999999999", '"x"', '""', '" 1 "', '"1 2"', '"true"', '"null"', '"{}"', '"{"',
        '"[]"', '"\\"5\\""', '"\\u0031"', '"1x"', '"+1"', '"01"', '"0x10"', '"-0"', "-0", "null",
        "true", "{}", "[]", "[1]", '"Infinity"', "1e400", '"\\n1"', '"1,2"', '"tru"', '"\u00e9"',
        '"-"', '"1e"', "1.5", '"1.5"',
        # Refused by etcd before 3.6: whole numbers written with a point or an exponent.
        "1e0", "1.0", '"1e0"', '"1.0"',
    ):  # fmt: skip
        yield range_(f'{{"key":"YQ==","limit":{value}}}')
    for value in ("-1", "18446744073709551615", "18446744073709551616", '"-1"', '"0x1"'):
        yield post("/cluster/member/remove", f'{{"ID":{value}}}')


def booleans_and_enums():
    for value in ("true", "false", '"true"', "1", "0", "null", "{}", '"x"'):
        yield range_(f'{{"key":"YQ==","keys_only":{value}}}')
    for value in (
        '"ASCEND"', '"ascend"', '"BAD"', "1", "7", "-1", '"1"', "1.5", "2147483648", "null", "true",
        "{}", "[]", '""', '"A\\u0053CEND"', '"A\\nB"', '"\u00e9"', '"a\\"b"', '"\u2028<&>"',
    ):  # fmt: skip
        yield range_(f'{{"key":"YQ==","sort_order":{value}}}')
    yield post("/maintenance/alarm", '{"action":"BAD"}')
    yield post("/maintenance/alarm", '{"alarm":"BAD"}')


def strings():
    for value in ("1", "null", "true", "{}", "[]"):
        yield post("/auth/user/get", f'{{"name":{value}}}')


def messages():
    for body in (
        '{"compare":{}}',
        '{"compare":null}',
        '{"compare":["x"]}',
        '{"compare":[1]}',
        '{"compare":[[]]}',
        '{"compare":"x"}',
        '{"compare":1}',
        '{"compare":true}',
        '{"success":[{"request_put":null}]}',
        '{"success":[{"request_put":[]}]}',
        '{"success":[{"request_put":"x"}]}',
        '{"success":[{}]}',
        '{"success":[{"request_range":{"key":"YQ=="},"requestRange":{"key":"Yg=="}}]}',
        '{"compare":[{"key":"YQ==","target":"VERSION","version":"0"}]}',
        '{"compare":[{"key":"YQ==","target":"VERSION","version":null}]}',
        '{"compare":[{"key":"YQ==","target":"BAD"}]}',
        '{"compare":[{"key":"YQ==","target":"VALUE","value":1}]}',
        '{"compare":[{}],"compare":[]}',
        '{"success":[{"request_put":{"key":"YQ==","lease":"x"}}],"compare":"bad"}',
        '{"success":"bad","compare":[{"target":"BAD"}]}',
        # etcd drops the connection.
        '{"compare":[null]}',
        '{"success":[null]}',
        # A oneof's own name, which is no field's.
        '{"success":[{"request":{}}]}',
    ):
        yield post("/kv/txn", body)
    for value in ('"x"', '["x"]', "[1]", "[null]", "null", "{}", "[]"):
        yield post("/cluster/member/update", f'{{"ID":"5","peerURLs":{value}}}')


def streams():
    """Bodies of several objects: refused objects end what was begun."""
    for body in (
        "",
        "{}",
        '{"ID":"5"}{"ID":"6"}',
        ' {"ID":"5"}\n{"ID":"6"} ',
        '{"ID":"5"}x',
        '{"ID":"5"}{',
        '{"ID":5}null{"ID":"6"}',
        "[]",
        "x",
        '{"ID":"5"} 7',
        '{"ID":"x"}',
    ):
        yield post("/lease/keepalive", body)
    for body in (
        '{"create_request":{"key":"!"}}',
        "x",
        "[]",
        '{"cancel_request":{"watch_id":"x"}}',
    ):
        yield post("/watch", body)


SEEDS = (
    b'{"compare":[{"target":"VALUE","key":"Zm9v","value":"YmF6"}],"success":[{"requestPut":'
    b'{"key":"Zm9v","value":"cXV4"}},{"request_range":{"key":"Zm9v"}}],"failure":'
    b'[{"request_delete_range":{"key":"Zm9v","prevKv":true}}]}',
    b'{"compare":[{"result":"GREATER","target":2,"key":[1,2],"mod_revision":"100"}],"failure":'
    b'[{"request_txn":{"success":[{"request_put":{"key":"YQ==","lease":"0","x":[{}]}}]}}]}',
    b'{"succ\\u0065ss":[{"request_range":{"key":"+/==","limit":150,"sort_order":"ASCEND"}}]} tail',
)
PIECES = (
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u00", b"null", b"true", b"1e5", b"-0",
    b"1.5", b"\xff", b"\xed", b'"1"', b'"key":', b"\n", b"\\ud8", b"9999999999", b"=", b"01", b"'",
)  # fmt: skip


def mutations():
    """Random damage; QUORATE_SEED chooses another one."""
    rng = random.Random(SEED)
    for i in range(MUTATIONS):
        body = bytearray(rng.choice(SEEDS))
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(body) + 1)
            kind = rng.randrange(3)
            if kind == 0:
                del body[at : at + rng.randrange(4)]
            elif kind == 1:
                body[at:at] = rng.choice(PIECES)
            elif at < len(body):
                body[at] = rng.randrange(256)
        yield post("/kv/txn", bytes(body), name=f"mutation {i} of seed {SEED}: {bytes(body)}")


STEPS = [
    post("/kv/put", '{"key":"YQ==","value":"MQ=="}'),
    *syntax(),
    *byte_strings(),
    *names(),
    *numbers(),
    *booleans_and_enums(),
    *strings(),
    *messages(),
    *streams(),
    *mutations(),
]
