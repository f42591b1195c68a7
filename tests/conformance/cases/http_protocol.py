"""HTTP/1.1 itself: connections, framing of bodies, what is malformed."""

from harness.steps import Http, request

GET = b"GET /version HTTP/1.1\r\nHost: HOST\r\n\r\n"
BODY = b'{"key":"YQ=="}'
POST = b"POST /v3/kv/range HTTP/1.1\r\nHost: HOST\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


def connections():
    yield Http("two requests in one packet", GET + GET, answers=2)
    yield Http("ten requests in one packet", GET * 10, answers=10)
    yield Http(
        "calls and pages in one packet",
        (POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY + GET) * 3,
        answers=6,
    )
    yield Http(
        "Connection: close",
        b"GET /version HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n" + GET,
        then_closed=True,
    )
    yield Http(
        "Connection: CLOSE, x",
        b"GET /version HTTP/1.1\r\nHost: HOST\r\nConnection: x, CLOSE\r\n\r\n",
        then_closed=True,
    )
    yield Http("HTTP/1.0", b"GET /version HTTP/1.0\r\n\r\n" + GET, then_closed=True)
    yield Http(
        "HTTP/1.0 with Host", b"GET /version HTTP/1.0\r\nHost: HOST\r\n\r\n", then_closed=True
    )
    yield Http(
        "HTTP/1.0 keep-alive",
        b"GET /version HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + GET,
        answers=2,
    )
    yield Http("half-closed by the client", GET, half_close=True, then_closed=True)
    yield Http("nothing, half-closed", b"", answers=0, half_close=True, then_closed=True)
    yield Http("empty lines first", b"\r\n" + GET, then_closed=False)
    yield Http(
        "a call after a failed one", request("POST", "/v3/kv/range", b"x").data + GET, answers=2
    )
    yield Http(
        "HEAD, then GET", b"HEAD /version HTTP/1.1\r\nHost: HOST\r\n\r\n" + GET, to_head=True
    )


def bodies():
    yield Http("chunked", CHUNKED + b"e\r\n" + BODY + b"\r\n0\r\n\r\n")
    yield Http(
        "chunks of one byte", CHUNKED + b"".join(b"1\r\n%c\r\n" % c for c in BODY) + b"0\r\n\r\n"
    )
    yield Http("chunk extension", CHUNKED + b"e;name=value\r\n" + BODY + b"\r\n0\r\n\r\n")
    yield Http("chunked, with trailers", CHUNKED + b"e\r\n" + BODY + b"\r\n0\r\nX: 1\r\n\r\n")
    yield Http("upper case length", CHUNKED + b"E\r\n" + BODY + b"\r\n0\r\n\r\n")
    yield Http("leading zeros in a length", CHUNKED + b"000e\r\n" + BODY + b"\r\n0\r\n\r\n")
    yield Http("chunked, then GET", CHUNKED + b"e\r\n" + BODY + b"\r\n0\r\n\r\n" + GET, answers=2)
    yield Http("no chunk", CHUNKED + b"0\r\n\r\n")
    yield Http("chunk cut", CHUNKED + b"e\r\n" + BODY[:5], half_close=True)
    yield Http("bad chunk length", CHUNKED + b"x\r\n" + BODY + b"\r\n0\r\n\r\n")
    yield Http("chunk length too long", CHUNKED + b"11111111111111111\r\n" + BODY)
    yield Http("chunk without its end", CHUNKED + b"e\r\n" + BODY + b"xx0\r\n\r\n")
    yield Http("no length", POST + b"\r\n" + BODY)
    yield Http("length 0", POST + b"Content-Length: 0\r\n\r\n")
    yield Http("body cut", POST + b"Content-Length: 100\r\n\r\n" + BODY, half_close=True)
    yield Http(
        "body cut in the JSON", POST + b"Content-Length: 100\r\n\r\n" + BODY[:5], half_close=True
    )
    yield Http(
        "a body on GET",
        b"GET /version HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\n\r\nabc" + GET,
        answers=2,
    )
    for name, header in (
        ("length twice, equal", b"Content-Length: 14\r\nContent-Length: 14"),
        ("length twice, not equal", b"Content-Length: 14\r\nContent-Length: 15"),
        ("length as a list", b"Content-Length: 14, 14"),
        ("negative length", b"Content-Length: -1"),
        ("length +14", b"Content-Length: +14"),
        ("length 14x", b"Content-Length: 14x"),
        ("empty length", b"Content-Length: "),
        ("length too large", b"Content-Length: 99999999999999999999"),
        ("length and chunked", b"Content-Length: 14\r\nTransfer-Encoding: chunked"),
        ("unknown transfer coding", b"Transfer-Encoding: gzip"),
        ("chunked twice", b"Transfer-Encoding: chunked, chunked"),
        ("identity", b"Transfer-Encoding: identity\r\nContent-Length: 14"),
        ("upper case chunked", b"Transfer-Encoding: CHUNKED"),
    ):
        is_chunked = b"hunked" in header or b"CHUNKED" in header
        body = b"e\r\n" + BODY + b"\r\n0\r\n\r\n" if is_chunked else BODY
        yield Http(name, POST + header + b"\r\n\r\n" + body)


def malformed():
    host = b"Host: HOST\r\n\r\n"
    for name, data in (
        ("no request at all", b"hello\r\n\r\n"),
        ("only white space", b"   \r\n\r\n"),
        ("no version", b"GET /version\r\n" + host),
        ("HTTP/2.0 without its preface", b"GET /version HTTP/2.0\r\n" + host),
        ("HTTP/1.2", b"GET /version HTTP/1.2\r\n" + host),
        ("HTTP/0.9", b"GET /version HTTP/0.9\r\n" + host),
        ("HTTP/3.0", b"GET /version HTTP/3.0\r\n" + host),
        ("HTTP/x", b"GET /version HTTP/x\r\n" + host),
        ("lower case http", b"GET /version http/1.1\r\n" + host),
        ("four words", b"GET /version x HTTP/1.1\r\n" + host),
        ("two spaces", b"GET  /version HTTP/1.1\r\n" + host),
        ("no path", b"GET  HTTP/1.1\r\n" + host),
        ("a path without slash", b"GET version HTTP/1.1\r\n" + host),
        ("a bad escape in the path", b"GET /%zz HTTP/1.1\r\n" + host),
        ("a control character in the path", b"GET /\x01 HTTP/1.1\r\n" + host),
        ("a path of bytes above 127", b"GET /\xc3\xa9 HTTP/1.1\r\n" + host),
        ("an absolute URL", b"GET http://example.com/version HTTP/1.1\r\n" + host),
        ("an absolute URL of another scheme", b"GET ftp://example.com/version HTTP/1.1\r\n" + host),
        ("CONNECT", b"CONNECT example.com:443 HTTP/1.1\r\n" + host),
        ("a bad method", b"G@T /version HTTP/1.1\r\n" + host),
        ("a method with brackets", b"G(T /version HTTP/1.1\r\n" + host),
        ("no Host", b"GET /version HTTP/1.1\r\n\r\n"),
        ("two Hosts", b"GET /version HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("empty Host", b"GET /version HTTP/1.1\r\nHost:\r\n\r\n"),
        ("a Host with a slash", b"GET /version HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        ("a Host with a space", b"GET /version HTTP/1.1\r\nHost: a b\r\n\r\n"),
        ("another Host", b"GET /version HTTP/1.1\r\nHost: example.com\r\n\r\n"),
        ("a header without colon", b"GET /version HTTP/1.1\r\nHost: HOST\r\nbad\r\n\r\n"),
        ("a header without name", b"GET /version HTTP/1.1\r\nHost: HOST\r\n: x\r\n\r\n"),
        ("a space before the colon", b"GET /version HTTP/1.1\r\nHost: HOST\r\nA : x\r\n\r\n"),
        ("a space in a header's name", b"GET /version HTTP/1.1\r\nHost: HOST\r\nA b: x\r\n\r\n"),
        ("a folded header", b"GET /version HTTP/1.1\r\nHost: HOST\r\nA: x\r\n y\r\n\r\n"),
        ("a zero byte in a header", b"GET /version HTTP/1.1\r\nHost: HOST\r\nA: x\0y\r\n\r\n"),
        ("a control byte in a header", b"GET /version HTTP/1.1\r\nHost: HOST\r\nA: x\x01y\r\n\r\n"),
        (
            "bytes above 127 in a header",
            b"GET /version HTTP/1.1\r\nHost: HOST\r\nA: \xc3\xa9\r\n\r\n",
        ),
        ("lines that end in LF", b"GET /version HTTP/1.1\nHost: HOST\n\n"),
        ("a bare CR", b"GET /version HTTP/1.1\rHost: HOST\r\n\r\n"),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40) + b"\r\n\r\n"),
        ("half an HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\n"),
        ("PRI with headers", b"PRI * HTTP/2.0\r\nHost: HOST\r\n\r\n"),
    ):
        yield Http(name, data, half_close=True, then_closed=True)


def large():
    def header_of(size):
        return b"GET /version HTTP/1.1\r\nHost: HOST\r\nX: " + b"x" * size + b"\r\n\r\n"

    for size in (1_000, 8_000, 60_000, 900_000):
        yield Http(f"a header of {size} bytes", header_of(size))
    for size in (1_100_000, 2_000_000):
        yield Http(f"a header of {size} bytes", header_of(size), then_closed=True)
    many = b"".join(b"X-%d: y\r\n" % i for i in range(90))
    yield Http("90 headers", b"GET /version HTTP/1.1\r\nHost: HOST\r\n" + many + b"\r\n")
    for size in (2_000, 7_000, 100_000):
        path = b"/" + b"p" * size
        yield Http(f"a path of {size} bytes", b"GET " + path + b" HTTP/1.1\r\nHost: HOST\r\n\r\n")


STEPS = [*connections(), *bodies(), *malformed(), *large()]
