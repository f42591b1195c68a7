"""The JSON gateway: every call that has to do with keys, members and maintenance, over HTTP."""

from harness.compare import ANYTHING
from harness.steps import get, post, request

FOO, BAR, BAZ = "Zm9v", "YmFy", "YmF6"
ALL = '"key":"AA==","range_end":"AA=="'


def calls():
    """The bodies that etcd's documentation and clients use."""
    yield post("/kv/put", f'{{"key":"{FOO}","value":"{BAR}"}}')
    yield post("/kv/put", f'{{"key":"{FOO}","value":"{BAZ}","prev_kv":true}}')
    yield post("/kv/put", '{"key":"Zm9w","lease":"0"}')
    yield post("/kv/range", f'{{"key":"{FOO}"}}')
    yield post("/kv/range", f'{{{ALL},"limit":"1"}}')
    yield post(
        "/kv/range", f'{{{ALL},"keys_only":true,"sort_order":"DESCEND","sort_target":"KEY"}}'
    )
    yield post("/kv/range", f'{{{ALL},"count_only":true}}')
    yield post("/kv/range", f'{{"key":"{FOO}","revision":"100"}}')
    yield post("/kv/range", "{}")
    yield post("/kv/deleterange", '{"key":"Zm9w","prev_kv":true}')
    yield post("/kv/deleterange", '{"key":"Zm9w"}')
    yield post(
        "/kv/txn",
        f'{{"compare":[{{"target":"VALUE","key":"{FOO}","value":"{BAZ}"}}],'
        f'"success":[{{"requestPut":{{"key":"{FOO}","value":"cXV4"}}}},'
        f'{{"request_range":{{"key":"{FOO}"}}}}],'
        f'"failure":[{{"request_delete_range":{{"key":"{FOO}"}}}}]}}',
    )
    yield post(
        "/kv/txn",
        f'{{"compare":[{{"result":"GREATER","target":"CREATE","key":"{FOO}",'
        '"create_revision":"100"}],'
        '"failure":[{"request_txn":{"success":[{"request_put":{"key":"YQ=="}}]}}]}',
    )
    yield post("/kv/txn", "{}")
    yield post("/kv/txn", '{"success":[{"request_delete_range":{"key":"YQ==","prev_kv":true}}]}')
    yield post(
        "/kv/txn", '{"success":[{"request_put":{"key":"YQ=="}},{"request_put":{"key":"YQ=="}}]}'
    )
    yield post("/kv/compaction", '{"revision":"3","physical":true}')
    yield post("/kv/compaction", '{"revision":"3"}')
    yield post("/kv/compaction", '{"revision":"1000"}')
    yield post("/kv/range", f'{{{ALL},"revision":"2"}}')
    yield post("/maintenance/status", "{}")
    yield post("/maintenance/alarm", '{"action":"GET"}')
    yield post("/maintenance/hash", "{}", loose={"body.hash": ANYTHING, "text": ANYTHING})
    yield post("/maintenance/hashkv", "{}")
    yield post("/maintenance/defragment", "{}")
    yield post("/maintenance/transfer-leadership", '{"targetID":"1"}')
    yield post("/maintenance/downgrade", '{"action":"VALIDATE","version":"3.4"}')
    yield post("/cluster/member/list", "{}")
    yield post("/cluster/member/add", '{"peerURLs":["x"]}')
    yield post("/cluster/member/remove", '{"ID":"1"}')
    yield post("/cluster/member/update", '{"ID":"1","peerURLs":["http://127.0.0.1:1"]}')
    yield post("/cluster/member/promote", '{"ID":"1"}')


def paths():
    body = f'{{"key":"{FOO}"}}'
    for path in (
        "/v3/kv/range/",
        "/v3/kv/rang",
        "/v3/kv/Range",
        "/v3/kv",
        "/v3/",
        "/v3",
        "/v3//kv/range",
        "/v3/kv//range",
        "/v3/./kv/range",
        "/v3/kv/../kv/range",
        "/v3/kv/range?key=x",
        "/v3/kv/range?",
        "/v3/kv/range#x",
        "/v3/kv/%72ange",
        "/v3/kv%2Frange",
        "/v3/kv/range:x",
        "/v3beta/kv/range",
        "/v3beta/nothing",
        "/v3alpha/kv/range",
        "/v3alpha/nothing",
        "/v3x/kv/range",
        "/v4/kv/range",
        "//v3/kv/range",
        "/v3/maintenance/nothing",
        "/v3/maintenance/status/",
        "/v3/health",
        "/v3/version",
    ):
        yield request("POST", path, body.encode())


def methods():
    body = f'{{"key":"{FOO}"}}'.encode()
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", "BREW"):
        yield request(method, "/v3/kv/range", body if method in ("PUT", "PATCH") else b"")
        yield request(method, "/v3/nothing")
    yield request("POST", "/v3/kv/range", body, ["X-HTTP-Method-Override: GET"])
    yield request("GET", "/v3/kv/range", b"", ["X-HTTP-Method-Override: POST"])


def headers():
    body = f'{{"key":"{FOO}"}}'
    for header in (
        "Content-Type: application/json",
        "Content-Type: text/plain",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: application/json; charset=utf-8",
        "Content-Type: application/grpc",
        "Accept: application/json",
        "Accept: text/html",
        "Accept-Encoding: gzip",
        "Origin: http://example.com",
        "Grpc-Metadata-X: 1",
        "Grpc-Metadata-hasleader: true",
        "Grpc-Metadata-Token: unknown.1",
        "Token: unknown.1",
        "Authorization: unknown.1",
        "Authorization: Bearer unknown.1",
        "Authorization: Basic dXNlcjpwYXNz",
        "Authorization:",
        "Grpc-Timeout: 500m",
        "Grpc-Timeout: 0S",
        "Grpc-Timeout: bad",
        "Grpc-Timeout: 5",
        "X-Forwarded-For: 10.0.0.1",
        "X-Forwarded-Host: example.com",
        "X-Request-Id: 7",
        "Connection: close",
        "Upgrade: h2c",
        "Cookie: a=b",
        "Expect: 100-continue",
        "Expect: something",
    ):
        answers = 2 if header == "Expect: 100-continue" else 1
        yield post("/kv/range", body, header, answers=answers)
    yield post("/kv/range", "{}", "Origin: http://example.com")
    yield request("OPTIONS", "/v3/kv/range", b"", ["Origin: http://example.com",
                  "Access-Control-Request-Method: POST"])  # fmt: skip
    yield request("OPTIONS", "/v3/nothing", b"", ["Origin: null"])
    yield request("OPTIONS", "*")
    yield get("/v3/kv/range", "Upgrade: websocket")


def sizes():
    for size in (1_500_000, 1_572_864, 2_097_152, 3_000_000):
        value = "A" * (size // 3 * 4)
        yield post("/kv/put", f'{{"key":"YmI=","value":"{value}"}}', name=f"put of {size} bytes")
    yield post("/kv/range", '{"key":"YmI="}', name="range of 1.5 MB")
    yield post(
        "/kv/range", '{"x":"' + "x" * 3_000_000 + f'","key":"{FOO}"}}', name="3 MB of nothing"
    )
    yield post("/kv/range", " " * 3_000_000 + f'{{"key":"{FOO}"}}', name="3 MB of white space")


STEPS = [*calls(), *paths(), *methods(), *headers(), *sizes()]
