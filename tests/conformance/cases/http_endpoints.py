"""What the client port serves beside the gateway: version, health, metrics, no other pages."""

import re

from harness.steps import get, request

PATHS = (
    "/version",
    "/health",
    "/metrics",
    "/",
    "/nothing",
    "/version/",
    "/health/",
    "/metrics/",
    "/Version",
    "//version",
    "/./version",
    "/version/../health",
    "/favicon.ico",
    "/debug/vars/",
    "/debug/pprof/",
    "/debug/pprof/heap",
    "/debug/requests",
    "/config/local/nothing",
    "/members",
    "/raft",
    "/v2/keys",
    "/v2/members",
    "/v2/stats/self",
    "/%76ersion",
    "/version?x=1",
    "/version#x",
)


def metric_names(body):
    """Names with their types; the values are the server's own."""
    return {
        name: kind
        for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", body.decode(), re.MULTILINE)
    }


def metric_help(body):
    names = re.findall(r"^# HELP (etcd_\S+) ", body.decode(), re.MULTILINE)
    return {"is sorted": names == sorted(names), **dict.fromkeys(names, "has help")}


def json_names(body):
    return sorted(re.findall(r'^"([^"]+)":', body.decode(), re.MULTILINE))


def methods():
    for path in ("/version", "/health", "/metrics", "/nothing", "/"):
        for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "BREW"):
            options = {"transform": len} if path == "/metrics" else {}
            if path == "/metrics" and method not in ("HEAD", "OPTIONS"):
                continue
            yield request(method, path, **options)


def health():
    for query in (
        "?",
        "?exclude=NOSPACE",
        "?exclude=CORRUPT&exclude=NOSPACE",
        "?exclude=",
        "?exclude=nothing",
        "?serializable=true",
        "?serializable=false",
        "?serializable=nothing",
        "?x",
        "?%",
    ):
        yield get("/health" + query)
    for path in (
        "/livez",
        "/readyz",
        "/livez?verbose",
        "/readyz?verbose",
        "/livez/serializable_read",
    ):
        yield get(path)


STEPS = [
    *[get(path) for path in PATHS if path != "/metrics"],
    get("/metrics", name="names of metrics", transform=metric_names),
    get("/metrics", name="help of metrics", transform=metric_help),
    get("/debug/vars", name="names of variables", transform=json_names),
    *methods(),
    *health(),
]
