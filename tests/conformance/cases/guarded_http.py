"""Flags that say who may talk HTTP: origins, hosts, no gateway at all."""

from harness.requests import put
from harness.steps import Http, get, post, request

FLAGS = [
    "--cors=http://trusted.example:80,https://other.example:443",
    "--host-whitelist=trusted.example,127.0.0.1",
    "--enable-grpc-gateway=false",
]


def origins():
    for origin in (
        "http://trusted.example:80",
        "http://trusted.example",
        "https://other.example:443",
        "https://other.example",
        "http://unknown.example",
        "HTTP://TRUSTED.EXAMPLE:80",
        "null",
        "",
    ):
        yield get("/version", f"Origin: {origin}")
        yield request("OPTIONS", "/version", headers=[f"Origin: {origin}"])


def hosts():
    for host in (
        "trusted.example",
        "trusted.example:2379",
        "TRUSTED.example",
        "trusted.example.",
        "unknown.example",
        "unknown.example:2379",
        "localhost",
        "127.0.0.1",
        "[::1]:2379",
        "",
    ):
        for path in ("/version", "/health", "/nothing", "/v3/kv/range"):
            data = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"
            yield Http(f"Host {host!r} {path}", data.encode())
    yield Http(
        "Host of an absolute URL", b"GET http://unknown.example/version HTTP/1.1\r\nHost: a\r\n\r\n"
    )


STEPS = [
    *origins(),
    *hosts(),
    # gRPC is open to all hosts, the gateway is closed.
    put(b"a", b"1"),
    post("/kv/range", '{"key":"YQ=="}'),
    get("/v3/kv/range"),
    get("/v3"),
    get("/v3/"),
    get("/version"),
    get("/health"),
]
