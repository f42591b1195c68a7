"""Where quorate answers differently from etcd 3.4.23 on purpose, and why.

A difference that is not listed fails the run; one that is listed and no longer seen is reported,
and fails the run too when all themes ran, unless it is one that comes and goes. Patterns: * and ?
as in the shell.
"""

from harness.compare import ABSENT, Accepted


def cases(prefix, names, path, reason, **options):
    """The same for several cases."""
    return [Accepted(prefix + name, path, reason, **options) for name in names]


# ---- The version we speak

VERSION = "we speak the API of 3.5, and clients probe features by the version"
VERSIONS = [
    Accepted("*", "messages[0].version", VERSION, etcd="3.4.23", quorate="3.5.*"),
    Accepted("*", "*body.version", VERSION, etcd="3.4.23", quorate="3.5.*"),
    Accepted("*", "*body.etcdserver", VERSION, etcd="3.4.23", quorate="3.5.*"),
    Accepted("*", "*body.etcdcluster", VERSION, etcd="3.4.0", quorate="3.5.0"),
]

# ---- What 3.5 answers otherwise than 3.4

NO_AUTH = "a token is not looked at while authentication is off, since 3.5"
SINCE_3_5 = [
    Accepted("*", "*body.reason", "3.5 says why the server is not healthy", etcd=ABSENT),
    Accepted("*/Maintenance/Alarm*", "messages[0]", "has a header since 3.5"),
    Accepted("*/Maintenance/Alarm*", "messages[0].header*", "has a header since 3.5", etcd=ABSENT),
    Accepted("*/maintenance/alarm*", "body", "has a header since 3.5"),
    Accepted("*/maintenance/alarm*", "body.header*", "has a header since 3.5", etcd=ABSENT),
    *[
        Accepted("*/*aintenance/*tatus*", f"*.{field}*", "told since 3.6", etcd=ABSENT)
        for field in ("storageVersion", "dbSizeQuota", "downgradeInfo")
    ],
    Accepted(
        "maintenance/Maintenance/Downgrade*",
        "*",
        "a method since 3.5",
        when_etcd={"grpc-status": "12"},
    ),
    Accepted(
        "gateway/*/maintenance/downgrade*",
        "*",
        "a method since 3.5",
        when_etcd={"status": "HTTP/1.1 404 *"},
    ),
    Accepted(
        "quota/KV/Put key=b'', *",
        "*",
        "what is wrong with a request is said first, whatever the store lacks",
        when_etcd={"grpc-status": "8"},
        when_quorate={"grpc-status": "3"},
    ),
    Accepted(
        "alarms/txn: puts within",
        "*",
        "inner transactions count since 3.6",
        when_etcd={"grpc-status": "0"},
        when_quorate={"grpc-status": "8"},
    ),
    Accepted("gateway/*/maintenance/hashkv*", "*", "a path since 3.5"),
    Accepted("maintenance/Health.List*", "*", "a method since 3.5.30"),
    Accepted("*/GET /livez*", "*", "served since 3.4.29 and 3.5.11"),
    Accepted("*/GET /readyz*", "*", "served since 3.4.29 and 3.5.11"),
    Accepted(
        "http_endpoints/*of metrics",
        "body.*",
        "3.5 and later measure more",
        etcd=ABSENT,
        quorate="?*",
    ),
    *cases(
        "grpc_protocol/",
        ["metadata token*", "metadata authorization*", "a token without*", "authorization"],
        "*",
        NO_AUTH,
        when_etcd={"grpc-status": "16"},
        when_quorate={"grpc-status": "0"},
    ),
    Accepted(
        "gateway/POST /v3/kv/range [*",
        "*",
        NO_AUTH,
        when_etcd={"status": "HTTP/1.1 401 *"},
        when_quorate={"status": "HTTP/1.1 200 *"},
    ),
]

# ---- Locks, elections and members

QUEUES = [
    Accepted(
        "lock/the waiter's lease is revoked",
        "[6].*",
        "a lock whose key is gone is not given, since 3.5",
        when_quorate={"[6].grpc-message": "mutex: session is expired"},
    ),
    Accepted(
        "cluster/a learner at *",
        "[7]*isLearner",
        "a learner that gets another address stays one; etcd forgets it",
        etcd=ABSENT,
        quorate="True",
    ),
]

# ---- What authentication asks of callers

REFUSED_CALL = {"grpc-message": "etcdserver: *"}
AUTH = [
    *cases(
        "auth/",
        [
            "Lease/*",
            "nobody: Lease/*",
            "u: Lease/*",
            "KV/Compact*",
            "u: KV/Compact*",
            "Maintenance/Status",
            "nobody: Maintenance/Status",
            "Cluster/MemberList*",
            "nobody: Cluster/MemberList*",
        ],
        "*",
        "these calls ask who is calling (CVE-2026-33413)",
        when_quorate=REFUSED_CALL,
    ),
    *cases(
        "auth/",
        ["txn: *, nested*", "u: txn: * theirs, nested*"],
        "*",
        "transactions are checked to their full depth (CVE-2026-33343)",
        when_etcd={"grpc-status": "0"},
        when_quorate=REFUSED_CALL,
    ),
    Accepted(
        "auth/u: Watch/Watch *b'mine', 'range_end': b'?x00'}",
        "messages[0].*",
        "a watch from a key on is no watch of that key (GHSA-xg4h-6gfc-h4m8)",
        when_quorate={"messages[0].canceled": "True"},
    ),
    Accepted(
        "auth/*Maintenance/Hash*",
        "grpc-*",
        "refusals have codes of their own since 3.6",
        when_etcd={"grpc-status": "2"},
        when_quorate=REFUSED_CALL,
    ),
    Accepted(
        "auth/*Auth/RoleGet role=root",
        "messages[0].perm*",
        "3.6 shows what root may do",
        etcd=ABSENT,
    ),
    Accepted(
        "auth/root: KV/Range *",
        "*",
        NO_AUTH,
        when_etcd={"grpc-status": "16"},
        when_quorate={"grpc-status": "0"},
    ),
    Accepted("gateway*/v3/auth/status*", "*", "a method since 3.5"),
    Accepted(
        "gateway_auth/*",
        "headers.www-authenticate",
        "every 401 says how to do better (RFC 9110 11.6.1), since 3.5",
        etcd=ABSENT,
        quorate="etcdserver: invalid auth token",
    ),
    Accepted(
        "gateway_auth/*Bearer TOKEN*",
        "*",
        "the scheme before a token is taken off since 3.6",
        when_quorate={"status": "HTTP/1.1 200 *"},
    ),
]

# ---- What newer versions of Go's gRPC, as in 3.5 and later, answer otherwise

LATER_GRPC = [
    Accepted(
        "grpc_protocol/path *",
        "grpc-status",
        "a malformed name is an unimplemented method",
        etcd="8",
        quorate="12",
    ),
    Accepted("grpc_protocol/grpc-encoding gzip*", "*", "gzip is read"),
    Accepted(
        "*",
        "grpc-status",
        "a message that is cut is an internal error",
        etcd="2",
        quorate="13",
        when_etcd={"grpc-message": "unexpected EOF"},
    ),
    Accepted(
        "grpc_protocol/content-type *",
        "*",
        "a wrong content type is answered, not reset",
        when_etcd={"end": "reset PROTOCOL_ERROR"},
        when_quorate={"headers.:status": "415", "grpc-status": "3"},
    ),
    Accepted(
        "grpc_protocol/method *",
        "*",
        "a method other than POST is refused",
        when_quorate={"grpc-message": "http2Server.operateHeaders parsed a :method field: *"},
    ),
    Accepted(
        "grpc_protocol/frame: no message at all",
        "*",
        "3.4 leaves the call open",
        when_etcd={"end": "timeout"},
        when_quorate={"grpc-status": "13"},
    ),
]

# ---- gRPC and protobuf by their specifications, where etcd's libraries have ways of their own

GRPC = [
    Accepted(
        "grpc_protocol/protobuf: *",
        "grpc-message",
        "the library does not say what exactly is wrong with a message",
        etcd="grpc: error unmarshalling request: *",
        quorate="grpc: error unmarshalling request: *",
    ),
    *cases(
        "grpc_protocol/protobuf: ",
        ["key as a number", "limit as bytes", "limit as fixed64"],
        "*",
        "a field of another wire type is an unknown field",
        when_etcd={"grpc-message": "*proto: wrong wireType*"},
    ),
    *cases(
        "grpc_protocol/grpc-encoding ",
        ["deflate, flag 0", "snappy, flag 0", "nothing, flag 0"],
        "*",
        "an encoding that the message does not use does not matter",
        when_quorate={"grpc-status": "0"},
    ),
    Accepted(
        "grpc_protocol/metadata grpc-tags-bin*",
        "*",
        "metadata that nobody reads is not checked",
        when_quorate={"grpc-status": "0"},
    ),
    *cases(
        "grpc_protocol/grpc-timeout ",
        ["'-1S'", "'+1S'"],
        "*",
        "a timeout is digits and a unit",
        when_quorate={"end": "reset PROTOCOL_ERROR"},
    ),
    Accepted(
        "grpc_protocol/frame: bytes behind the message",
        "*",
        "what follows the message is looked at: a cut second one is an error",
        when_quorate={"grpc-message": "unexpected EOF"},
    ),
    Accepted(
        "grpc_protocol/protobuf: no UTF-8 in a string",
        "grpc-*",
        "a string of proto3 is UTF-8",
        when_quorate={"grpc-status": "13"},
    ),
]

# ---- HTTP/2 by RFC 9113, where Go's gRPC is lenient

RESET, CLOSED = {"end": "reset PROTOCOL_ERROR"}, {"end": "disconnected"}
HTTP2 = [
    *cases(
        "grpc_protocol/",
        ["path nothing", "path etcdserverpb.KV/Range", "path *"],
        "*",
        "a path begins with a slash (8.3.1)",
        when_quorate=RESET,
    ),
    Accepted("grpc_protocol/te *", "*", "TE is trailers or absent (8.2.2)", when_quorate=RESET),
    Accepted("grpc_protocol/no authority", "*", "has an authority (8.3.1)", when_quorate=RESET),
    Accepted(
        "http2_protocol/trailers from the client",
        "*",
        "a request may have trailers (8.1); etcd resets the stream unless it has answered by then",
        when_etcd=RESET,
        when_quorate={"grpc-status": "0"},
        always=False,
    ),
    *cases(
        "http2_protocol/",
        [
            "data on an idle stream",
            "headers on an even stream",
            "push promise",
            "settings with a frame size of 1",
            "window update beyond the limit",
            "window update on an idle stream",
            "reset of an idle stream",
        ],
        "*",
        "an error of the connection (5.1, 5.1.1, 8.4, 6.5.2, 6.9.1, 6.4)",
        when_quorate=CLOSED,
    ),
]

# ---- The gateway

BEGUN = "our length is known before we begin to send"
TRAILER = "the trailer says what everybody knows; 3.6 has none"
GATEWAY = [
    Accepted(
        "gateway*",
        "status",
        "FailedPrecondition is 400 upstream; Debian builds 3.4 with an older gateway",
        etcd="HTTP/1.1 412 *",
        quorate="HTTP/1.1 400 *",
    ),
    Accepted("*", "headers.trailer", TRAILER, etcd="Grpc-Trailer-Content-Type", quorate=ABSENT),
    Accepted("*", "trailers*", TRAILER, etcd="application/grpc", quorate=ABSENT),
    Accepted("*", "framing", BEGUN, etcd="chunked", quorate="length"),
    Accepted("*", "headers.transfer-encoding", BEGUN, etcd="chunked", quorate=ABSENT),
    Accepted("*", "headers.content-length", BEGUN, etcd=ABSENT, quorate="<present>"),
    *cases(
        "gateway/POST /v3alpha/",
        ["kv/range*", "nothing*"],
        "*",
        "clients of 3.3 and older use this path",
    ),
    Accepted(
        "gateway_json/*",
        "*",
        "bytes without padding and in the alphabet of URLs are read since 3.6",
        when_etcd={"body.error": "illegal base64 data at input byte *"},
    ),
    Accepted(
        "gateway_json/*",
        "*",
        "whole numbers with a point or an exponent are read since 3.6",
        when_etcd={"body.error": "json: cannot unmarshal number * into Go value of type *int*"},
    ),
    Accepted(
        "gateway_json/*[null]*",
        "*",
        "etcd drops the connection, 3.6 says what is wrong",
        when_etcd={"status": "none"},
        when_quorate={"body.code": "3"},
    ),
    Accepted(
        "gateway_json/*",
        "*",
        "the name of a oneof is no field's; etcd looks at it by mistake",
        when_etcd={"body.error": "*etcdserverpb.isRequestOp_Request"},
    ),
]

# ---- HTTP/1.1 by RFC 9112, where Go is lenient or says less

SILENT = {"[0].status": "none"}
REFUSED = {"[0].status": "HTTP/1.1 400 *"}
HTTP1 = [
    Accepted("http_protocol/*", "*framing", BEGUN, etcd="until closed", quorate="length"),
    Accepted("http_protocol/*", "*headers.content-length", BEGUN, etcd=ABSENT),
    Accepted("http_protocol/*", "*headers.date", "our errors have a date as well", etcd=ABSENT),
    *cases(
        "http_protocol/",
        ["a space *", "a * byte in a header"],
        "[0].*",
        "the status line is the standard's",
        etcd="*400 Bad Request: *",
        quorate="*400 Bad Request",
    ),
    Accepted(
        "http_protocol/*",
        "*",
        "what does not look like HTTP is answered, not dropped",
        when_etcd=SILENT,
        when_quorate=REFUSED,
    ),
    Accepted(
        "http_protocol/empty lines first",
        "*",
        "what does not look like HTTP is answered, not dropped",
        when_etcd={"status": "none"},
    ),
    Accepted(
        "http_protocol/a path of *",
        "*",
        "a long path is a path; etcd drops what does not show a version within 4096 bytes",
        when_etcd={"status": "none"},
        when_quorate={"status": "HTTP/1.1 404 *"},
    ),
    *cases(
        "http_protocol/",
        ["HTTP/1.0", "HTTP/1.0 with Host"],
        "[0].headers.connection",
        "an answer in HTTP/1.1 has to say that it is the last",
        etcd=ABSENT,
        quorate="close",
    ),
    *cases(
        "http_protocol/",
        ["body cut", "body cut in the JSON", "chunk cut"],
        "*",
        "a body that was cut is not acted upon",
        when_quorate={"status": "none"},
    ),
    *cases(
        "http_protocol/",
        ["bad chunk length", "chunk length too long", "chunk without its end", "empty length"],
        "*",
        "where a body ends must be beyond doubt (6.3, 7.1)",
        when_quorate={"status": "HTTP/1.1 400 *"},
    ),
    Accepted(
        "http_protocol/length and chunked",
        "*",
        "both together are how requests are smuggled (6.1)",
        when_quorate={"status": "HTTP/1.1 400 *"},
    ),
    Accepted(
        "http_protocol/length as a list",
        "*",
        "equal lengths are one (RFC 9110 8.6)",
        when_quorate={"status": "HTTP/1.1 200 *"},
    ),
    Accepted(
        "http_protocol/a header without name",
        "*",
        "a name has at least one character (5.1)",
        when_quorate=REFUSED,
    ),
    Accepted(
        "http_protocol/HTTP/1.2",
        "*",
        "there is no such version",
        when_quorate=REFUSED,
    ),
    Accepted(
        "http_protocol/lines that end in LF",
        "*",
        "lines end in CRLF (2.2); others disagree with us where a request ends",
        when_quorate=REFUSED,
    ),
    Accepted(
        "gateway/* [Expect: something]*",
        "*",
        "an unknown expectation may be ignored (RFC 9110 10.1.1)",
        when_etcd={"status": "HTTP/1.1 417 *"},
        when_quorate={"status": "HTTP/1.1 200 *"},
    ),
]

# ---- What this version does not serve yet

UNSERVED = "not served yet: the v2 store"
LATER = [
    Accepted(
        "http_endpoints/*of metrics",
        "body.etcd_debugging_store_*",
        UNSERVED,
        quorate=ABSENT,
    ),
]

DIFFERENCES = [
    *VERSIONS,
    *SINCE_3_5,
    *QUEUES,
    *AUTH,
    *LATER_GRPC,
    *GRPC,
    *HTTP2,
    *GATEWAY,
    *HTTP1,
    *LATER,
]
